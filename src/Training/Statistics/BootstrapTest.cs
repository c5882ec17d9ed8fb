namespace ViSurf.Training.Statistics;

/// <summary>A paired bootstrap: the same items are drawn for both sides of each difference.</summary>
/// <param name="Difference">The value and its 95 % percentile interval.</param>
/// <param name="P">Two-sided; 2 / (R + 1) at the least.</param>
/// <remarks>
/// Davison, A. and Hinkley, D. (1997), Bootstrap methods and their application, chap. 4, for the 1 beside the counts; the resampled
/// differences stand in for the parameter, so p is below .05 where about the percentile interval excludes 0. What was drawn again is
/// all that it speaks of: drawn items say nothing of another seed.
/// </remarks>
public sealed record BootstrapTest(Interval Difference, double P)
{
    /// <summary>p = min(1, 2 (1 + min(#d* at most 0, #d* at least 0)) / (R + 1)).</summary>
    /// <param name="resampled">The R differences of the resamples.</param>
    public static BootstrapTest Of(double difference, IReadOnlyList<double> resampled)
    {
        Interval interval = ItemBootstrap.Interval(difference, resampled);
        if (double.IsNaN(difference) || resampled.Any(double.IsNaN))
        {
            return new(interval, double.NaN);
        }

        int fewer = Math.Min(resampled.Count(one => one <= 0), resampled.Count(one => one >= 0));
        return new(interval, Math.Min(1, 2.0 * (1 + fewer) / (resampled.Count + 1)));
    }
}
