using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Statistics;

/// <summary>Tests of paired differences, against published cases and another implementation's numbers (SciPy 1.10.1).</summary>
public class PairedTestsTests
{
    // Hamilton's depression scale, two visits of nine patients: Hollander and Wolfe (1973), Nonparametric statistical methods, p. 29;
    // also R's ?wilcox.test (V = 40, one-sided p = 0.01953).
    private static readonly double[] First = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30];
    private static readonly double[] Second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

    [Theory]
    [InlineData(2, 9, 0.0654296875)] // Fay, exact2x2, ?mcnemar.exact: 2 (1 + 11 + 55) / 2^11
    [InlineData(59, 121, 4.4344492637551645e-06)] // SciPy: binomtest(59, 180, 0.5)
    [InlineData(86, 150, 3.715936139571387e-05)] // Agresti, Categorical data analysis (2nd ed.), table 10.1, by SciPy's binomtest
    [InlineData(0, 0, 1)]
    [InlineData(4, 4, 1)]
    public void McNemar_s_exact_test_counts_the_pairs_that_differ(int onlyFirst, int onlySecond, double p)
    {
        double[] first = [.. Many(1, onlyFirst), .. Many(0, onlySecond), 1, 1, 0];
        double[] second = [.. Many(0, onlyFirst), .. Many(1, onlySecond), 1, 1, 0];
        McNemar test = McNemar.Of(first, second);
        Assert.Equal((onlyFirst, onlySecond), (test.OnlyFirst, test.OnlySecond));
        Assert.Equal(p, test.P, Math.Max(p, 1e-9) * 1e-9);
        Assert.Equal(test.P, McNemar.Of(second, first).P);
    }

    [Fact]
    public void The_signed_rank_test_gives_the_textbook_s_value()
    {
        SignedRank test = SignedRank.Of([.. First.Zip(Second, (a, b) => a - b)]);
        Assert.Equal((40, 9), (test.PositiveSum, test.Count));
        Assert.Equal(0.0390625, test.P, 1e-12);
    }

    [Theory] // all of one sign: 2 / 2^n
    [InlineData(3, 0.25)]
    [InlineData(5, 0.0625)]
    [InlineData(6, 0.03125)]
    public void Three_seeds_and_five_cannot_show_a_difference_by_ranks(int seeds, double p) =>
        Assert.Equal(p, SignedRank.Of([.. Enumerable.Range(1, seeds).Select(i => 0.1 * i)]).P, 1e-12);

    [Fact]
    public void Equal_sizes_share_their_ranks_and_zeros_are_left_out()
    {
        // All 1,024 choices of signs, counted by a script with SciPy's rankdata.
        SignedRank test = SignedRank.Of([1, 1, 2, -1, 3, 3, -2, 4, 0, 5, -1]);
        Assert.Equal((44.5, 10), (test.PositiveSum, test.Count));
        Assert.Equal(0.09765625, test.P, 1e-12);
        Assert.Equal(1, SignedRank.Of([0, 0]).P);
    }

    [Fact]
    public void Many_differences_are_ranked_with_the_normal_distribution()
    {
        // SciPy: wilcoxon(d, mode="approx", correction=True), without and with ties.
        double[] graded = [.. Enumerable.Range(0, 60).Select(i => ((i * 37 % 101) - 40) / 10.0)];
        Assert.Equal(0.02285823465265919, SignedRank.Of(graded).P, 1e-7);
        double[] tied = [.. Enumerable.Range(0, 80).Select(i => Math.Round(((i * 37 % 101) - 40) / 20.0))];
        Assert.Equal(0.005158400444054373, SignedRank.Of(tied).P, 1e-7);
    }

    [Fact]
    public void A_seed_without_a_number_tests_nothing() => Assert.True(double.IsNaN(SignedRank.Of([0.1, double.NaN]).P));

    [Fact]
    public void A_bootstrap_s_p_counts_the_resamples_beyond_0_twice_and_is_never_0()
    {
        double[] resampled = [.. Enumerable.Range(0, 99).Select(i => i < 4 ? -0.1 : 0.2)];
        Assert.Equal(2.0 * 5 / 100, BootstrapTest.Of(0.19, resampled).P, 1e-12);
        Assert.Equal(0.02, BootstrapTest.Of(0.2, Many(0.2, 99)).P, 1e-12);
        Assert.Equal(1, BootstrapTest.Of(0, Many(0, 99)).P);
        Assert.True(double.IsNaN(BootstrapTest.Of(double.NaN, resampled).P));
    }

    [Fact]
    public void Non_inferiority_is_the_one_sided_bound_of_the_paired_t()
    {
        // SciPy: ttest_1samp([...], -0.05, alternative="greater"), and mean - t.ppf(0.975, 4) * sem.
        NonInferiority test = NonInferiority.Of([0.02, -0.01, 0.03, 0.01, 0.00], margin: 0.05);
        Assert.Equal(0.01, test.Difference, 1e-12);
        Assert.Equal(-0.009632431614775604, test.Bound, 1e-6);
        Assert.Equal(0.0005287823079153427, test.P, 1e-7);
        Assert.True(test.Holds);
        Assert.False(NonInferiority.Of([0.02, -0.01, 0.03, 0.01, 0.00], margin: 0.009).Holds);
        Assert.Equal((true, 0.0), (NonInferiority.Of([0, 0], 0.05).Holds, NonInferiority.Of([0, 0], 0.05).P));
        Assert.Equal((false, 1.0), (NonInferiority.Of([-0.1, -0.1], 0.05).Holds, NonInferiority.Of([-0.1, -0.1], 0.05).P));
    }

    private static double[] Many(double value, int count) => [.. Enumerable.Repeat(value, count)];
}
