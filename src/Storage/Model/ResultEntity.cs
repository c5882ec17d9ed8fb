namespace ViSurf.Storage;

/// <summary>A row of results: which attempt ended an experiment, and with which evaluation.</summary>
public sealed class ResultEntity
{
    public required string ExperimentId { get; init; }

    public required string Sweep { get; init; }

    public required string Row { get; init; }

    public required int Seed { get; init; }

    public required long Fence { get; init; }

    public required long At { get; init; }

    public required string EvaluationKey { get; init; }

    /// <summary>Scores by metric, as JSON; null until they are computed.</summary>
    public string? Scores { get; init; }
}

/// <summary>A row of outbox: an event.</summary>
public sealed class EventEntity
{
    public long Sequence { get; init; }

    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Sweep { get; init; }

    public string? Experiment { get; init; }

    public required long At { get; init; }

    public required string Data { get; init; }

    /// <summary>When its effects were stored; null where they are not.</summary>
    public long? ClosedAt { get; init; }
}
