using MathNet.Numerics.Distributions;

namespace ViSurf.Training.Statistics;

/// <summary>Is one row worse than another by less than a margin that was said before? Student's paired t over seeds, one-sided.</summary>
/// <param name="Difference">The mean difference; above 0 where the row is better.</param>
/// <param name="Bound">The one-sided 97.5 % bound below it.</param>
/// <param name="P">Of differences of -margin or worse.</param>
/// <remarks>
/// ICH E9 (1998), Statistical principles for clinical trials, sec. 3.3.2: half of the two-sided 5 %. Not to be worse by the margin is no
/// finding of being equal, and a margin that was chosen after looking proves nothing.
/// </remarks>
public sealed record NonInferiority(double Difference, double Bound, double Margin, double P)
{
    /// <summary>Whether the bound lies above -margin.</summary>
    public bool Holds => Bound > -Margin;

    /// <summary>bound = mean - t(0.975, n - 1) s / sqrt(n); p = P(T > (mean + margin) sqrt(n) / s).</summary>
    /// <param name="differences">One a seed, two or more; above 0 where the row is better.</param>
    /// <param name="margin">Above 0, in the measure's unit.</param>
    public static NonInferiority Of(IReadOnlyList<double> differences, double margin)
    {
        Interval interval = SeedInterval.Of(differences);
        double error = PairedTest.Deviation(differences) / Math.Sqrt(differences.Count);
        double p = error > 0
            ? StudentT.CDF(0, 1, differences.Count - 1, -(interval.Value + margin) / error)
            : interval.Value > -margin ? 0 : 1;
        return new(interval.Value, interval.Low, margin, p);
    }
}
