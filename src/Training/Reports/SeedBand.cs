using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>A metric over the steps of a row: at each step that every seed measured, the mean over the seeds, and the lowest and the
/// highest of them.</summary>
/// <remarks>No interval: with three seeds it says what happened, not what others would do.</remarks>
internal sealed record SeedBand(double[] Steps, double[] Mean, double[] Low, double[] High)
{
    private const int Window = 25; // per-step values are noisy: each point is the mean of the steps before it

    /// <summary>The band; without steps where some seed did not measure the metric.</summary>
    public static SeedBand Of(IReadOnlyList<IReadOnlyList<StepRecord>> seeds, CurveMetric metric)
    {
        var curves = seeds.Select(steps => Curve(steps, metric)).ToArray();
        var common = curves.Length == 0 ? [] : curves[0].Keys.Where(step => curves.All(curve => curve.ContainsKey(step))).Order().ToArray();
        double[][] values = [.. common.Select(step => curves.Select(curve => curve[step]).ToArray())];
        return new([.. common], [.. values.Select(at => at.Average())], [.. values.Select(at => at.Min())],
            [.. values.Select(at => at.Max())]);
    }

    private static Dictionary<double, double> Curve(IReadOnlyList<StepRecord> steps, CurveMetric metric)
    {
        StepRecord[] measured = [.. steps.Where(step => step.Metrics.ContainsKey(metric.Name))];
        double[] values = [.. measured.Select(step => step.Metrics[metric.Name])];
        return measured.Zip(metric.IsSmooth ? Smoothed(values) : values)
            .ToDictionary(pair => (double)pair.First.Step, pair => pair.Second);
    }

    private static double[] Smoothed(double[] values) =>
        [.. values.Select((_, i) => values.AsSpan(Math.Max(0, i - Window + 1), Math.Min(Window, i + 1)).ToArray().Average())];
}
