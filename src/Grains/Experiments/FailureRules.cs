using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What each kind of early ending means for the experiment.</summary>
public static class FailureRules
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Whether the attempt counts as failed: not where the experiment had no part in its end.</summary>
    public static bool Counts(FailureKind kind) =>
        !IsLoss(kind) && kind is not (FailureKind.Preempted or FailureKind.Drained or FailureKind.StoreAway);

    /// <summary>Whether what the attempt ran on is gone: nobody's fault once, and the experiment's where it happens again and again.
    /// </summary>
    public static bool IsLoss(FailureKind kind) => kind is FailureKind.NodeLost or FailureKind.DeviceLost;

    /// <summary>Whether another attempt would fail alike.</summary>
    public static bool IsFinal(FailureKind kind) =>
        kind is FailureKind.OutOfMemory or FailureKind.BadData or FailureKind.Diverged or FailureKind.UserError;

    /// <summary>The kind of what a trainer threw.</summary>
    /// <remarks>A file that is not there may be there on another node, so it is none of the final kinds.</remarks>
    public static FailureKind Of(Exception thrown) => thrown is StoreAwayException ? FailureKind.StoreAway : (thrown as Fault)?.Code switch
    {
        FaultCode.OutOfMemory => FailureKind.OutOfMemory,
        FaultCode.DeviceLost => FailureKind.DeviceLost,
        FaultCode.FileDamaged => FailureKind.BadData,
        FaultCode.Diverged => FailureKind.Diverged,
        FaultCode.SpecInvalid => FailureKind.UserError,
        _ => FailureKind.Unknown,
    };

    /// <summary>How long an experiment waits after so many failures: 5 s, then twice as long each time, up to 5 minutes.</summary>
    /// <param name="failures">1 and above.</param>
    public static TimeSpan Wait(int failures)
    {
        double seconds = First.TotalSeconds * Math.Pow(2, failures - 1);
        return seconds < Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Longest;
    }

    /// <summary>The reason as it is shown, with what can be done about it.</summary>
    public static string Explain(FailureKind kind, string reason) => kind == FailureKind.OutOfMemory
        ? $"{reason}; ask for a slot with more memory by schedule.require, or for less by fewer tokens in a micro-batch, "
            + "then submit the sweep again and retry it"
        : reason;
}
