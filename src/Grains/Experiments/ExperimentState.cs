using System.Text.Json.Serialization;
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

    /// <summary>Nodes and devices that it lost one after the other, without a checkpoint between.</summary>
    /// <remarks>Not written where it is 0: a silo of the version before knows no such field.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Losses { get; init; }

    /// <summary>Attempts that the checkpoint store was away from, one after the other, without a checkpoint between.</summary>
    /// <remarks>Not written where it is 0, as above.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Outages { get; init; }

    public string? Reason { get; init; }

    /// <summary>How the last attempt that ended early did so.</summary>
    public FailureView? Failure { get; init; }

    /// <summary>Until then it is given to no slot.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How often it was run again after its end.</summary>
    public int Retries { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The plan of the stage it is at.</summary>
    public StagePlan Stage() => Order.Stages[StageIndex];

    /// <summary>What the scheduler needs to know.</summary>
    public QueueRow QueueRow(string id) =>
        new(id, Order.Sweep, QueuedAt.ToUnixTimeMilliseconds(), Order.Index, Phase, Fence, SlotId, Terms());

    /// <summary>What it asks of slots, and when.</summary>
    public QueueTerms Terms() => new(Order.Schedule ?? ScheduleSpec.Usual, NotBefore?.ToUnixTimeMilliseconds() ?? 0);

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
/// <param name="By">The experiment that did; null where a version stored it that did not say.</param>
public sealed record FinishedStage(string Key, Checkpoint? Model, StageResult? Result, bool IsReused, string? By = null);
