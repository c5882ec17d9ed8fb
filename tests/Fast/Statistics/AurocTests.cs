using ViSurf.Training.Benchmarks;
using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Statistics;

public class AurocTests
{
    [Theory]
    [InlineData(new[] { 3.0, 4 }, new[] { 1.0, 2 }, 1)]
    [InlineData(new[] { 1.0, 2 }, new[] { 3.0, 4 }, 0)]
    [InlineData(new[] { 2.0, 3 }, new[] { 1.0, 2 }, 0.875)] // of four pairs three won, one tied
    [InlineData(new[] { 5.0, 5, 5 }, new[] { 5.0, 5 }, 0.5)]
    [InlineData(new[] { 1.0 }, new[] { 0.0, 2, 2, 1 }, 0.375)] // won, lost twice, tied
    [InlineData(new[] { 0.9, 0.4, 0.6 }, new[] { 0.5, 0.3 }, 5 / 6.0)] // unordered; .4 loses to .5 alone
    [InlineData(new[] { 1.0 }, new[] { double.NegativeInfinity }, 1)]
    public void It_is_the_share_of_pairs_that_the_positive_wins_ties_half(double[] positives, double[] negatives, double expected)
    {
        Assert.Equal(expected, Auroc.Of(positives, negatives), 1e-15);
        Assert.Equal(1 - expected, Auroc.Of(negatives, positives), 1e-15);
    }

    [Fact]
    public void It_is_what_counting_all_pairs_comes_to()
    {
        double[] positives = [.. Enumerable.Range(0, 60).Select(i => (double)(i * 7 % 23))];
        double[] negatives = [.. Enumerable.Range(0, 40).Select(i => (double)(i * 5 % 17))];
        double counted = positives.Sum(one => negatives.Sum(other => one > other ? 1 : one == other ? 0.5 : 0));
        Assert.Equal(counted / (positives.Length * negatives.Length), Auroc.Of(positives, negatives), 1e-15);
    }

    [Theory]
    [InlineData(new double[0], new[] { 1.0 })]
    [InlineData(new[] { 1.0 }, new double[0])]
    [InlineData(new[] { double.NaN }, new[] { 1.0 })]
    public void Where_a_kind_or_a_score_is_missing_there_is_no_number(double[] positives, double[] negatives) =>
        Assert.Equal(double.NaN, Auroc.Of(positives, negatives));

    [Fact]
    public void Absent_items_are_told_from_present_ones_by_their_stored_score()
    {
        Metric metric = new MiniMixBenchmark().Metrics.Single(one => one.Name == "auroc");
        ItemScore[] items = [Item("known-absent", -1), Item("new-absent", -3), Item("known-present", -2), Item("new-present", -4)];
        Assert.Equal(0.75, metric.Of(items)); // of four pairs -3 loses to -2 alone
        Assert.Equal(double.NaN, metric.Of([.. items, Item("new-absent", null)])); // stored by an earlier version
        Assert.Equal(double.NaN, metric.Of(items[..2])); // nothing is present
        Assert.Null(metric.Cells);
    }

    private static ItemScore Item(string cell, float? absent) => new("", cell, "", 0, false, true) { AbsentLogProb = absent };
}
