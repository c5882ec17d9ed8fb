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
