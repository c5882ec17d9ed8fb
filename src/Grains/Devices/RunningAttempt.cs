using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>An attempt on its slot, as others see it.</summary>
public sealed class RunningAttempt(Attempt attempt) : IDisposable
{
    private readonly CancellationTokenSource stop = new();

    public Attempt Attempt { get; } = attempt;

    /// <summary>Ends where the attempt should.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>Why it should end; the first reason stays.</summary>
    public StopReason? Reason { get; private set; }

    /// <summary>How it failed; null where it did not, or is not known to.</summary>
    public FailureView? Failure { get; set; }

    /// <summary>Whether its stage is done.</summary>
    public bool HasSucceeded { get; set; }

    /// <summary>How far it is; replaced whole, read by the heartbeat's thread.</summary>
    public StageProgress? Progress { get; set; }

    public void Stop(StopReason reason)
    {
        Reason ??= reason;
        stop.Cancel();
    }

    public void Dispose() => stop.Dispose();
}

/// <summary>Why an attempt is asked to end.</summary>
public sealed record StopReason(FailureKind Kind, string Text)
{
    /// <summary>Its process stops, or its experiment has ended.</summary>
    public static StopReason Usual { get; } = new(FailureKind.Drained, "its slot was asked to stop");
}
