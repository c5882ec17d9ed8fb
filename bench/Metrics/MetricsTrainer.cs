using System.Collections.Concurrent;
using ViSurf.Grains;

namespace ViSurf.Bench.Metrics;

/// <summary>Holds its slot until the process stops; what is measured, others say in its name.</summary>
internal sealed class MetricsTrainer : ITrainer
{
    /// <summary>The attempts that run.</summary>
    public ConcurrentQueue<(Lease Lease, IAttemptControl Control)> Running { get; } = [];

    public StageEnding Run(Attempt attempt, IAttemptControl control)
    {
        Running.Enqueue((attempt.Lease, control));
        control.Stop.WaitHandle.WaitOne();
        throw new OperationCanceledException(control.Stop);
    }
}
