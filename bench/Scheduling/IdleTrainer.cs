using System.Collections.Concurrent;
using ViSurf.Grains;

namespace ViSurf.Bench.Scheduling;

/// <summary>Does nothing on the slot's thread: what is left is the platform's own cost.</summary>
internal sealed class IdleTrainer(TimeProvider clock) : ITrainer
{
    private static readonly byte[] Nothing = MeasurementBytes.Write([]);

    /// <summary>When each experiment's thread began.</summary>
    public ConcurrentDictionary<string, long> StartedAt { get; } = [];

    public StageEnding Run(Attempt attempt, IAttemptControl control)
    {
        StartedAt[attempt.Lease.ExperimentId] = clock.GetTimestamp();
        return new(null, null, StepRows.None, Nothing);
    }
}
