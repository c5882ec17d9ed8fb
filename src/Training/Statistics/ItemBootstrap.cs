using ViSurf.Training.Randomness;

namespace ViSurf.Training.Statistics;

/// <summary>Resamples items: says how far a score would move on other items of the same kind, not on another seed.</summary>
public static class ItemBootstrap
{
    public const int Resamples = 1_000;

    /// <summary>For each resample, for each stratum of a set of items, which items are in it: as many as there are, drawn with
    /// replacement.</summary>
    /// <param name="strata">The stratum of each item.</param>
    public static IEnumerable<int[]> Draw(IReadOnlyList<string> strata, long seed, string purpose)
    {
        int[][] groups = [.. strata.Select((stratum, index) => (stratum, index)).GroupBy(pair => pair.stratum)
            .Select(same => same.Select(pair => pair.index).ToArray())];
        for (int resample = 0; resample < Resamples; resample++)
        {
            Draws draws = new(seed, purpose, resample);
            int[] drawn = new int[strata.Count];
            int at = 0;
            foreach (int[] group in groups)
            {
                for (int i = 0; i < group.Length; i++)
                {
                    drawn[at++] = group[draws.Below(group.Length)];
                }
            }

            yield return drawn;
        }
    }

    /// <summary>The percentile interval: the 2.5 % and 97.5 % quantile of the resampled values. Without bounds where some resamples
    /// have no value: what the others say holds only of themselves.</summary>
    public static Interval Interval(double value, IReadOnlyList<double> resampled)
    {
        if (resampled.Any(double.IsNaN))
        {
            return new(value, double.NegativeInfinity, double.PositiveInfinity);
        }

        double[] sorted = [.. resampled.Order()];
        return new(value, Quantile(sorted, 0.025), Quantile(sorted, 0.975));
    }

    /// <summary>The quantile of sorted values, in a straight line between two.</summary>
    public static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
