namespace ViSurf.Training.Statistics;

/// <summary>Holm's step-down correction: the chance of one false discovery among all tests stays below the level.</summary>
/// <remarks>Holm, S. (1979), A simple sequentially rejective multiple test procedure.</remarks>
public static class Holm
{
    /// <summary>adjusted(i) = max over j up to i of min(1, (m - j + 1) p(j)), p sorted ascending.</summary>
    /// <param name="p">In any order; none is not a number.</param>
    /// <returns>The adjusted values, in the same order.</returns>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        double[] adjusted = new double[p.Count];
        double least = 0;
        foreach ((int rank, int place) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Index())
        {
            least = Math.Max(least, Math.Min(1, (p.Count - rank) * p[place]));
            adjusted[place] = least;
        }

        return adjusted;
    }
}
