using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Grains;

/// <summary>A row of the stage table.</summary>
public sealed record StageRow
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public required StageState State { get; init; }

    /// <summary>The experiment that trains it, or trained it.</summary>
    public required string Owner { get; init; }

    public required int Steps { get; init; }

    public Checkpoint? Last { get; init; }

    public Checkpoint? Previous { get; init; }

    /// <summary>What a training stage came to, once it is done.</summary>
    public StageResult? Result { get; init; }
}

/// <summary>A row to be stored, and how the stored one must be for that.</summary>
public sealed record StageWrite(StageRow Row, StageCondition Condition);

/// <summary>How a stage must be stored for a write to go through.</summary>
public enum StageCondition
{
    /// <summary>Not there, abandoned, expired, or claimed by the same owner.</summary>
    IsFree,

    /// <summary>Claimed by the same owner.</summary>
    IsOwn,

    /// <summary>Done, and its last checkpoint is not the row's: that one was lost.</summary>
    IsDone,
}
