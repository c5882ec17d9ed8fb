using MathNet.Numerics.Distributions;

namespace ViSurf.Training.Statistics;

/// <summary>Student's t over seeds: each seed gives one number, in which its items are averaged.</summary>
public static class SeedInterval
{
    /// <summary>mean +- t(0.975, n - 1) s / sqrt(n). For differences, pass one paired difference a seed.</summary>
    /// <remarks>
    /// With few seeds this keeps its 95 % where a bootstrap over seeds does not (.73 to .88 at three seeds).
    /// One number has no interval: it is infinite.
    /// </remarks>
    public static Interval Of(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        if (values.Count < 2)
        {
            return new(mean, double.NegativeInfinity, double.PositiveInfinity);
        }

        double variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        double reach = StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * Math.Sqrt(variance / values.Count);
        return new(mean, mean - reach, mean + reach);
    }
}
