using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Something that happened: stored with the change it tells of, delivered in order, at least once.</summary>
/// <param name="Sequence">Rises from event to event; what Last-Event-ID names.</param>
/// <param name="Id">The same for the same happening, however often it is delivered.</param>
/// <param name="Kind">One of <see cref="EventKinds"/>.</param>
/// <param name="Sweep">The sweep it belongs to.</param>
/// <param name="Experiment">The experiment, where it is about one.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">What else there is to say; fields depend on the kind.</param>
public sealed record EventView(
    long Sequence, string Id, string Kind, string Sweep, string? Experiment, DateTimeOffset At, JsonObject Data);

/// <summary>The kinds of events.</summary>
public static class EventKinds
{
    /// <summary>A sweep was submitted or extended. Data: revision, experiments.</summary>
    public const string SweepSubmitted = "sweepSubmitted";

    /// <summary>What failed or was cancelled in a sweep is run again. Data: revision, failedOnly.</summary>
    public const string SweepRetried = "sweepRetried";

    /// <summary>Every experiment of a sweep has ended. Data: phase.</summary>
    public const string SweepCompleted = "sweepCompleted";

    /// <summary>An attempt at a stage began. Data: row, seed, stage, attempt, slot, fromStep.</summary>
    public const string StageStarted = "stageStarted";

    /// <summary>A stage is done, or was found done. Data: row, seed, stage, isReused.</summary>
    public const string StageCompleted = "stageCompleted";

    /// <summary>An attempt ended early and the experiment waits again. Data: row, seed, stage, reason, kind.</summary>
    public const string ExperimentRequeued = "experimentRequeued";

    /// <summary>An experiment has its result. Data: row, seed.</summary>
    public const string ExperimentCompleted = "experimentCompleted";

    /// <summary>An experiment failed for good. Data: row, seed, reason, kind.</summary>
    public const string ExperimentFailed = "experimentFailed";

    /// <summary>An experiment that had failed or was cancelled waits again. Data: row, seed.</summary>
    public const string ExperimentRetried = "experimentRetried";

    /// <summary>An experiment was cancelled. Data: row, seed, reason.</summary>
    public const string ExperimentCancelled = "experimentCancelled";

    /// <summary>A checkpoint was damaged or missing, and the one before it was used. Data: row, seed, blob, reason.</summary>
    public const string CheckpointLost = "checkpointLost";
}
