using ViSurf.Training.Randomness;

namespace ViSurf.Training.Statistics;

/// <summary>Resamples seeds, and items within each drawn seed. No report uses it: with few seeds its intervals are too short.</summary>
/// <remarks>
/// Davison, A. and Hinkley, D. (1997), Bootstrap methods and their application, sec. 3.8. Drawing n seeds again has (n - 1) / n of their
/// variance and no more than n different values; docs/statistics.md shows what is left of the 95 %.
/// </remarks>
public static class HierarchicalBootstrap
{
    /// <summary>For each resample as many seeds as there are, each with its items drawn anew, both with replacement.</summary>
    /// <param name="items">How many items each seed answered.</param>
    public static IEnumerable<(int Seed, int[] Items)[]> Draw(int seeds, int items, long seed, string purpose)
    {
        for (int resample = 0; resample < ItemBootstrap.Resamples; resample++)
        {
            Draws draws = new(seed, purpose, resample);
            (int, int[])[] drawn = new (int, int[])[seeds];
            for (int i = 0; i < seeds; i++)
            {
                int[] own = new int[items];
                int chosen = draws.Below(seeds);
                for (int item = 0; item < items; item++)
                {
                    own[item] = draws.Below(items);
                }

                drawn[i] = (chosen, own);
            }

            yield return drawn;
        }
    }
}
