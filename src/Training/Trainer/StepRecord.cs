namespace ViSurf.Training.Trainer;

/// <summary>What one step measured. A resumed run repeats every value except those under time/, cost/cpuSeconds and cost/peakBytes.
/// </summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="Digest">A hash of every rollout of the step, token for token.</param>
/// <param name="Metrics">By name: group/metric.</param>
public sealed record StepRecord(int Step, string Digest, SortedDictionary<string, double> Metrics);
