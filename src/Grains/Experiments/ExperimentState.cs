using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Grains;

/// <summary>What is true about one experiment.</summary>
public sealed record ExperimentState
{
    public int SchemaVersion { get; init; } = 1;

    public required ExperimentOrder Order { get; init; }

    public required Phase Phase { get; init; }

    /// <summary>The stage it is at; the number of stages where all are done.</summary>
    public int StageIndex { get; init; }

    /// <summary>The number of the last grant: 0 before the first.</summary>
    public long Fence { get; init; }

    /// <summary>The slot that holds the lease.</summary>
    public string? SlotId { get; init; }

    /// <summary>The last checkpoint of the current stage.</summary>
    public Checkpoint? Last { get; init; }

    /// <summary>The one before.</summary>
    public Checkpoint? Previous { get; init; }

    /// <summary>The stages that are done.</summary>
    public IReadOnlyList<FinishedStage> Finished { get; init; } = [];

    /// <summary>Attempts that failed; neither preemptions nor lost nodes.</summary>
    public int Failures { get; init; }

    public string? Reason { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The plan of the stage it is at.</summary>
    public StagePlan Stage() => Order.Stages[StageIndex];

    /// <summary>What the scheduler needs to know.</summary>
    public QueueRow QueueRow(string id) => new(id, Order.Sweep, QueuedAt.ToUnixTimeMilliseconds(), Order.Index, Phase, Fence, SlotId);

    /// <summary>The lease of the last grant.</summary>
    public Lease Lease(string id) => new(id, Fence, SlotId!);

    /// <summary>What the slot of the last grant works on.</summary>
    public Attempt Attempt(string id) =>
        new(Lease(id), Order.Spec, Stage(), Finished.Count == 0 ? null : Finished[^1].Model, Last, Previous);
}

/// <summary>A stage that is done.</summary>
/// <param name="Model">Its last checkpoint; null for evaluate.</param>
/// <param name="Result">What a training stage came to; null for evaluate.</param>
/// <param name="IsReused">Whether another experiment trained it.</param>
public sealed record FinishedStage(string Key, Checkpoint? Model, StageResult? Result, bool IsReused);
