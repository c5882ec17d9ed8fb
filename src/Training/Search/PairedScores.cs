using System.Collections.Concurrent;
using MathNet.Numerics.Distributions;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Search;

/// <summary>A trial's worth by seed, to be compared with another's: same seeds, same items.</summary>
/// <param name="BySeed">One a seed; more is better.</param>
/// <param name="Resampled">The mean over seeds on items drawn again, the same draws for all; null where nobody drew.</param>
public sealed record PairedScores(IReadOnlyList<double> BySeed, IReadOnlyList<double>? Resampled = null)
{
    private static readonly ConcurrentDictionary<(int Freedom, double Level), double> Quantiles = [];

    public double Mean => BySeed.Average();

    public static PairedScores Of(SearchTerms terms, TrialRung rung) => new(
        [.. rung.Seeds.Select(seed => terms.Worth(seed.Score!.Value))],
        rung.Resampled is null ? null : [.. rung.Resampled.Select(terms.Worth)]);

    /// <summary>The mean of several, seed by seed.</summary>
    public static PairedScores MeanOf(IReadOnlyList<PairedScores> all) => new(
        MeanOf([.. all.Select(one => one.BySeed)]),
        all.Any(one => one.Resampled is null) ? null : MeanOf([.. all.Select(one => one.Resampled!)]));

    /// <summary>Whether it is sure enough that this is worse than the other.</summary>
    /// <remarks>
    /// With d_s the difference of seed s, in each of which its items are averaged, the one-sided upper bound over n seeds is
    /// mean(d) + t(c, n - 1) s / sqrt(n) (Student 1908). Over items it is the c-quantile of the differences on items drawn again, the same
    /// for both sides (Davison and Hinkley 1997, chap. 4). It is worse where each bound that there is lies below 0: other seeds, and other
    /// items, would come out alike. With one seed and no items the means decide.
    /// </remarks>
    /// <param name="confidence">c, from 0.5, where the means alone decide.</param>
    public bool IsWorse(PairedScores other, double confidence)
    {
        double[] differences = [.. BySeed.Zip(other.BySeed, (a, b) => a - b)];
        double mean = differences.Average();
        if (confidence <= 0.5)
        {
            return mean <= 0;
        }

        double ofSeeds = differences.Length < 2 ? mean
            : mean + (QuantileOf(differences.Length - 1, confidence) * PairedTest.Deviation(differences) / Math.Sqrt(differences.Length));
        return ofSeeds < 0 && (Resampled is null || other.Resampled is null
            || ItemBootstrap.Quantile([.. Resampled.Zip(other.Resampled, (a, b) => a - b).Order()], confidence) < 0);
    }

    // Found by iteration: many pairs ask for the same.
    private static double QuantileOf(int freedom, double level) =>
        Quantiles.GetOrAdd((freedom, level), static key => StudentT.InvCDF(0, 1, key.Freedom, key.Level));

    private static double[] MeanOf(IReadOnlyList<IReadOnlyList<double>> all) =>
        [.. Enumerable.Range(0, all[0].Count).Select(i => all.Average(one => one[i]))];
}
