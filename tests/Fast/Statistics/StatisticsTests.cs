using ViSurf.Training.Benchmarks;
using ViSurf.Training.Randomness;
using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Statistics;

public class StatisticsTests
{
    [Fact]
    public void The_interval_over_seeds_is_Student_s()
    {
        Interval interval = SeedInterval.Of([1, 2, 3]); // s = 1, t(0.975, 2) = 4.3027
        Assert.Equal(2, interval.Value, 1e-12);
        Assert.Equal(2 - (4.302653 / Math.Sqrt(3)), interval.Low, 1e-5);
        Assert.Equal(2 + (4.302653 / Math.Sqrt(3)), interval.High, 1e-5);
    }

    [Fact]
    public void The_paired_test_is_Student_s_and_its_effect_Cohen_s()
    {
        PairedTest test = PairedTest.Of([1, 2, 3]); // t = 2 sqrt(3) with 2 degrees of freedom
        Assert.Equal(0.0741799, test.P, 1e-6);
        Assert.Equal(2, test.EffectSize, 1e-12);
        Assert.Equal(SeedInterval.Of([1, 2, 3]), test.Difference);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, double.PositiveInfinity, 2)]
    public void Differences_that_are_all_the_same_are_certain(double p, double effect, double each)
    {
        PairedTest test = PairedTest.Of([each, each]);
        Assert.Equal((p, effect), (test.P, test.EffectSize));
    }

    [Fact]
    public void One_seed_tests_nothing_and_nor_do_seeds_without_a_number()
    {
        Assert.True(double.IsNaN(PairedTest.Of([0.3]).P));
        Assert.True(double.IsNaN(PairedTest.Of([0.3, double.NaN]).P));
    }

    [Fact]
    public void Holm_s_correction_multiplies_the_least_by_all_and_never_falls()
    {
        double[] expected = [0.03, 0.06, 0.06, 0.02];
        Assert.All(Holm.Adjust([0.01, 0.04, 0.03, 0.005]).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 12));
        Assert.Empty(Holm.Adjust([]));
    }

    [Theory] // R: power.t.test(n = .., delta = .., sd = 1, type = "paired")
    [InlineData(1.0, 10, 0.8030962)]
    [InlineData(0.5, 34, 0.8077775)]
    public void The_power_of_the_paired_test_is_the_noncentral_t_s(double effect, int seeds, double power) =>
        Assert.Equal(power, PairedPower.Of(effect, seeds), 1e-4);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void The_least_difference_that_is_seen_is_found_four_times_in_five(int seeds)
    {
        double least = PairedPower.Detectable(deviation: 0.1, seeds);
        Assert.Equal(0.8, PairedPower.Of(least / 0.1, seeds), 1e-4);
        Draws draws = new(1, "power");
        int found = Enumerable.Range(0, 4_000).Count(_ =>
            PairedTest.Of([.. Enumerable.Range(0, seeds).Select(_ => least + (0.1 * draws.Normal()))]).P < 0.05);
        Assert.Equal(0.8, found / 4_000.0, 0.02);
    }

    [Fact]
    public void One_seed_knows_no_interval_over_seeds() => Assert.False(SeedInterval.Of([5]).ExcludesZero);

    [Fact]
    public void The_interval_over_seeds_covers_the_truth_95_times_in_100()
    {
        Draws draws = new(1, "coverage");
        int covered = 0;
        for (int i = 0; i < 4_000; i++)
        {
            Interval interval = SeedInterval.Of([draws.Normal(), draws.Normal(), draws.Normal()]);
            covered += interval.Low <= 0 && interval.High >= 0 ? 1 : 0;
        }

        Assert.Equal(0.95, covered / 4_000.0, 0.012);
    }

    [Fact]
    public void The_bootstrap_over_items_has_the_width_of_a_binomial_and_keeps_its_strata()
    {
        string[] strata = [.. Enumerable.Range(0, 1_000).Select(i => i < 800 ? "a" : "b")];
        double[] scores = [.. strata.Select((_, i) => i % 5 == 0 ? 1.0 : 0)];
        List<double> means = [];
        foreach (int[] drawn in ItemBootstrap.Draw(strata, 1, "test"))
        {
            Assert.Equal(800, drawn.Count(i => i < 800));
            means.Add(drawn.Average(i => scores[i]));
        }

        Interval interval = ItemBootstrap.Interval(0.2, means);
        double reach = 1.96 * Math.Sqrt(0.2 * 0.8 / 1_000);
        Assert.Equal(0.2 - reach, interval.Low, 0.003);
        Assert.Equal(0.2 + reach, interval.High, 0.003);
    }

    [Fact]
    public void The_harmonic_mean_gives_a_constant_answer_nothing()
    {
        Metric metric = Metric.Harmonic("hm", cell => cell == "p", cell => cell == "n");
        Assert.Equal(0, metric.Of([Item("p", 0), Item("n", 1)]));
        Assert.Equal(2 * 0.5 * 1 / 1.5, metric.Of([Item("p", 0), Item("p", 1), Item("n", 1)]), 1e-12);
        Assert.Equal(0, metric.Of([Item("p", 0), Item("n", 0)]));
        Assert.True(double.IsNaN(metric.Of([Item("p", 1)])));
    }

    private static ItemScore Item(string cell, double score) => new("", cell, "", score, false, true);
}
