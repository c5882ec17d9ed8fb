using MathNet.Numerics.Distributions;

namespace ViSurf.Training.Statistics;

/// <summary>Wilcoxon's signed-rank test of paired differences: are they as likely above 0 as below, alike in size?</summary>
/// <param name="PositiveSum">W+: the sum of the ranks of what is above 0.</param>
/// <param name="Count">How many differences are not 0.</param>
/// <param name="P">Two-sided. Not a number where a difference is none.</param>
/// <remarks>
/// Wilcoxon, F. (1945), Individual comparisons by ranking methods: differences of 0 are left out; equal sizes share the mean of their
/// ranks. With n differences p is 2^(1-n) at the least: 0.25 at three seeds, 0.0625 at five; six are needed to get below .05.
/// </remarks>
public sealed record SignedRank(double PositiveSum, int Count, double P)
{
    private const int ExactMost = 50;

    /// <summary>
    /// W+ = sum of rank(|d|) over d > 0. Up to 50 differences p counts all 2^n choices of signs whose W+ is as far from n (n + 1) / 4;
    /// beyond, z = (|W+ - mean| - 1/2) / sqrt(sum of squared ranks / 4) is normal.
    /// </summary>
    public static SignedRank Of(IReadOnlyList<double> differences)
    {
        if (differences.Any(double.IsNaN))
        {
            return new(double.NaN, 0, double.NaN);
        }

        double[] other = [.. differences.Where(difference => difference != 0)];
        int[] ranks = DoubledRanks(other);
        int positive = other.Zip(ranks).Where(pair => pair.First > 0).Sum(pair => pair.Second);
        return new(positive / 2.0, other.Length, other.Length == 0 ? 1
            : other.Length <= ExactMost ? Exact(ranks, positive) : Normally(ranks, positive));
    }

    // Twice the rank is whole where ranks are shared, too.
    private static int[] DoubledRanks(double[] differences)
    {
        int[] ranks = new int[differences.Length];
        int before = 0;
        foreach (IGrouping<double, int> same in Enumerable.Range(0, differences.Length).GroupBy(i => Math.Abs(differences[i]))
            .OrderBy(group => group.Key))
        {
            int count = same.Count();
            foreach (int i in same)
            {
                ranks[i] = (2 * before) + count + 1;
            }

            before += count;
        }

        return ranks;
    }

    private static double Exact(int[] ranks, int positive)
    {
        int most = ranks.Sum();
        double[] chance = new double[most + 1]; // of each doubled W+
        chance[0] = 1;
        foreach (int rank in ranks)
        {
            for (int sum = most; sum >= 0; sum--)
            {
                chance[sum] = (chance[sum] + (sum >= rank ? chance[sum - rank] : 0)) / 2;
            }
        }

        int reach = Math.Abs((2 * positive) - most);
        return Math.Min(1, chance.Where((_, sum) => Math.Abs((2 * sum) - most) >= reach).Sum());
    }

    private static double Normally(int[] ranks, int positive)
    {
        double away = Math.Max(0, (Math.Abs(positive - (ranks.Sum() / 2.0)) / 2) - 0.5);
        double deviation = Math.Sqrt(ranks.Sum(rank => rank / 2.0 * (rank / 2.0)) / 4);
        return 2 * Normal.CDF(0, 1, -away / deviation);
    }
}
