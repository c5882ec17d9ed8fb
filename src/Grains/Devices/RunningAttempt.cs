namespace ViSurf.Grains;

/// <summary>An attempt on its slot, as others see it.</summary>
public sealed class RunningAttempt(Attempt attempt) : IDisposable
{
    private readonly CancellationTokenSource stop = new();

    public Attempt Attempt { get; } = attempt;

    /// <summary>Ends where the attempt should.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>How far it is; replaced whole, read by the heartbeat's thread.</summary>
    public StageProgress? Progress { get; set; }

    public void Stop() => stop.Cancel();

    public void Dispose() => stop.Dispose();
}
