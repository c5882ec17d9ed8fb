using ViSurf.Training.Randomness;

namespace ViSurf.Training.Statistics;

/// <summary>Resamples concepts, each with all of its items: items that ask for one thing are right and wrong together.</summary>
/// <remarks>
/// Davison, A. and Hinkley, D. (1997), Bootstrap methods and their application, sec. 3.8 (hierarchical data, clusters drawn whole);
/// Field, C. and Welsh, A. (2007), Bootstrapping clustered data. It speaks of other concepts of the same kind. A few concepts, about a
/// dozen a stratum or fewer, give intervals that are too short.
/// </remarks>
public static class ClusterBootstrap
{
    /// <summary>For each resample, which items are in it; how many differs where concepts have different numbers of items.</summary>
    /// <param name="strata">The cell of each item. Concepts are drawn among those that have items in the same cells.</param>
    /// <param name="concepts">The concept of each item; null where it has none and is drawn by itself.</param>
    public static IEnumerable<int[]> Draw(IReadOnlyList<string> strata, IReadOnlyList<string?> concepts, long seed, string purpose)
    {
        int[][][] groups = [.. Enumerable.Range(0, strata.Count)
            .GroupBy(item => concepts[item] is { } concept ? (concept, -1) : ("", item))
            .Select(cluster => cluster.ToArray())
            .GroupBy(cluster => string.Join('\n', cluster.Select(item => strata[item]).Distinct().Order(StringComparer.Ordinal)))
            .Select(same => same.ToArray())];
        for (int resample = 0; resample < ItemBootstrap.Resamples; resample++)
        {
            Draws draws = new(seed, purpose, resample);
            List<int> drawn = new(strata.Count);
            foreach (int[][] clusters in groups)
            {
                for (int i = 0; i < clusters.Length; i++)
                {
                    drawn.AddRange(draws.Pick(clusters));
                }
            }

            yield return [.. drawn];
        }
    }
}
