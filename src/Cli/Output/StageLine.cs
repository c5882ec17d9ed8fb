namespace ViSurf.Cli.Output;

/// <summary>How far one stage is, in one line.</summary>
internal sealed class StageLine(string name, TimeProvider clock)
{
    private readonly long seen = clock.GetTimestamp();
    private int firstStep;
    private (int Step, int Steps, IReadOnlyDictionary<string, double> Metrics)? last;

    /// <summary>What of the stage is done: 0 to 1.</summary>
    public double Share => last is { Steps: > 0 } one ? (double)one.Step / one.Steps : 0;

    public void Took(int step, int steps, IReadOnlyDictionary<string, double> metrics)
    {
        // What was done before it was first seen took time that nobody measured.
        firstStep = last is null ? step : firstStep;
        last = (step, steps, metrics);
    }

    public override string ToString() => string.Join("  ", Parts());

    private IEnumerable<string> Parts()
    {
        if (last is not { Steps: > 1 } one)
        {
            yield return name;
            yield break;
        }

        yield return $"{name,-14} step {one.Step}/{one.Steps}";
        if (one.Metrics.TryGetValue("reward/mean", out double reward))
        {
            yield return $"reward {reward:0.00}";
        }
        else if (one.Metrics.TryGetValue("train/loss", out double loss))
        {
            yield return $"loss {loss:0.00}";
        }

        if (one.Metrics.TryGetValue("time/tokensPerSecond", out double speed))
        {
            yield return $"{speed / 1000:0.0}k tokens/s";
        }

        if (one.Step > firstStep)
        {
            yield return $"{clock.GetElapsedTime(seen) / (one.Step - firstStep) * (one.Steps - one.Step):mm\\:ss} left";
        }
    }
}
