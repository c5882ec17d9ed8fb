using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>A row of stages: a training or an evaluation that experiments share.</summary>
public sealed class StageEntity
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required StageState State { get; init; }

    public required string Owner { get; init; }

    /// <summary>Steps up to the last checkpoint; all of them once it is done.</summary>
    public required int Step { get; init; }

    public required int Steps { get; init; }

    /// <summary>The name in <see cref="Last"/>: what conditions compare.</summary>
    public string? LastBlob { get; init; }

    /// <summary>The last checkpoint as JSON.</summary>
    public string? Last { get; init; }

    /// <summary>The one before, as JSON.</summary>
    public string? Previous { get; init; }

    /// <summary>What a training stage came to, as JSON.</summary>
    public string? Result { get; init; }
}

/// <summary>A row of evaluations: the outcomes of an evaluate stage.</summary>
public sealed class EvaluationEntity
{
    public required string StageKey { get; init; }

    public required byte[] Measurements { get; init; }
}

/// <summary>A row of steps: what one step of a stage measured, as JSON.</summary>
public sealed class StepEntity
{
    public required string StageKey { get; init; }

    public required int Step { get; init; }

    public required string Json { get; init; }
}
