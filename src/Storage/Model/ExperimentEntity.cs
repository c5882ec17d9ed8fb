using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>A row of experiments: the grain's state and the columns that are searched, one row so that they cannot differ.</summary>
public sealed class ExperimentEntity
{
    public required string Id { get; init; }

    public required string Sweep { get; init; }

    public required string Row { get; init; }

    public required int Seed { get; init; }

    public required string Method { get; init; }

    public required int Index { get; init; }

    public required Phase Phase { get; init; }

    public required int StageIndex { get; init; }

    /// <summary>The key of the stage it is at; null where all are done.</summary>
    public string? StageKey { get; init; }

    public required long Fence { get; init; }

    public string? Slot { get; init; }

    public required int Step { get; init; }

    public required int Failures { get; init; }

    public string? Reason { get; init; }

    public required long QueuedAt { get; init; }

    public long? StartedAt { get; init; }

    public long? EndedAt { get; init; }

    public required long Version { get; init; }

    // Last: SQLite reads a row's columns in order, and this one runs over into other pages.
    public required string State { get; init; }
}
