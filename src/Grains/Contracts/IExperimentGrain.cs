using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>One experiment: the only writer of what is true about it, and the authority over its lease.</summary>
/// <remarks>
/// Key: {sweep}/{spec id}. Every command may be repeated: a repeated one changes nothing. A command under a lease that
/// is no longer valid is refused with <see cref="FaultCode.LeaseLost"/>.
/// </remarks>
[Alias("visurf.IExperimentGrain")]
public interface IExperimentGrain : IGrainWithStringKey
{
    [Alias("Submit"), ResponseTimeout("00:00:05")]
    ValueTask SubmitAsync(ExperimentOrder order);

    [Alias("Grant"), ResponseTimeout("00:00:05")]
    ValueTask<GrantResult> GrantAsync(string slotId);

    /// <summary>A checkpoint is in the store: from now on the next attempt starts there.</summary>
    [Alias("Commit"), ResponseTimeout("00:00:05")]
    ValueTask CommitAsync(Lease lease, Checkpoint checkpoint, Immutable<StepRows> steps);

    /// <summary>Stores steps between checkpoints. Its row stays as it is; what is there of another attempt is replaced.</summary>
    [Alias("Steps"), ResponseTimeout("00:00:05")]
    ValueTask StepsAsync(Lease lease, Immutable<StepRows> steps);

    /// <summary>A checkpoint that the attempt was given cannot be read; the one before takes its place.</summary>
    /// <returns>The attempt to go on with; null where its stage must first be trained again, and the lease has ended.</returns>
    [Alias("Lose"), ResponseTimeout("00:00:05")]
    ValueTask<Attempt?> LoseCheckpointAsync(Lease lease, Checkpoint lost, string reason);

    /// <summary>The stage is done; the lease has ended.</summary>
    [Alias("Complete"), ResponseTimeout("00:00:05")]
    ValueTask CompleteAsync(Lease lease, Immutable<StageEnding> ending);

    /// <summary>The attempt went wrong; the lease has ended.</summary>
    [Alias("Fail"), ResponseTimeout("00:00:05")]
    ValueTask FailAsync(Lease lease, string reason, FailureKind kind);

    /// <summary>The slot gives the experiment back, because it was asked to; the lease has ended.</summary>
    [Alias("Yield"), ResponseTimeout("00:00:05")]
    ValueTask YieldAsync(Lease lease, string reason, FailureKind kind);

    /// <summary>The slot is lost: the lease with this fence, and no later one, ends.</summary>
    /// <param name="kind">Null where the attempt never began.</param>
    [Alias("Requeue"), ResponseTimeout("00:00:05")]
    ValueTask RequeueAsync(long fence, string reason, FailureKind? kind);

    /// <summary>One that failed or was cancelled is run again; any other stays as it is.</summary>
    [Alias("Retry"), ResponseTimeout("00:00:05")]
    ValueTask RetryAsync(bool failedOnly);

    /// <summary>A stage that it may be waiting for has changed.</summary>
    [Alias("StageChanged"), ResponseTimeout("00:00:05")]
    ValueTask StageChangedAsync();

    [Alias("Cancel"), ResponseTimeout("00:00:05")]
    ValueTask CancelAsync(string reason);
}
