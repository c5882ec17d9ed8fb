using MathNet.Numerics.Distributions;

namespace ViSurf.Training.Statistics;

/// <summary>Student's paired t over seeds: each seed gives one difference, in which its items are averaged.</summary>
/// <param name="Difference">The mean and its 95 % interval.</param>
/// <param name="P">Two-sided; 1 where every difference is 0, 0 where all are the same and not 0. Not a number for one seed, and where a
/// seed has no number.</param>
/// <param name="EffectSize">Cohen's d of paired samples: mean / s.</param>
public sealed record PairedTest(Interval Difference, double P, double EffectSize)
{
    /// <summary>t = mean / (s / sqrt(n)), with n - 1 degrees of freedom.</summary>
    /// <param name="differences">One a seed.</param>
    public static PairedTest Of(IReadOnlyList<double> differences)
    {
        Interval interval = SeedInterval.Of(differences);
        if (differences.Count < 2 || double.IsNaN(interval.Value))
        {
            return new(interval, double.NaN, double.NaN);
        }

        double deviation = Deviation(differences);
        if (deviation == 0)
        {
            return interval.Value == 0 ? new(interval, 1, 0) : new(interval, 0, interval.Value / 0.0);
        }

        double effect = interval.Value / deviation;
        double t = Math.Abs(effect) * Math.Sqrt(differences.Count);
        return new(interval, 2 * StudentT.CDF(0, 1, differences.Count - 1, -t), effect);
    }

    /// <summary>The sample's standard deviation.</summary>
    public static double Deviation(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
