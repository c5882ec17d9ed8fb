using ViSurf.Training.Randomness;
using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Statistics;

/// <summary>Bootstraps draw what they say they draw.</summary>
public class ResamplingTests
{
    [Fact]
    public void Items_of_a_concept_come_together_among_the_concepts_of_the_same_cells()
    {
        // a and b have an item in each of two cells; c, d have two items in a third; the last two items have no concept.
        string[] cells = ["p", "n", "p", "n", "new", "new", "new", "new", "new", "new"];
        string?[] concepts = ["a", "a", "b", "b", "c", "c", "d", "d", null, null];
        HashSet<string> seen = [];
        foreach (int[] drawn in ClusterBootstrap.Draw(cells, concepts, 1, "test"))
        {
            Assert.Equal(4, drawn.Count(item => item < 4));
            for (int first = 0; first < 8; first += 2)
            {
                Assert.Equal(drawn.Count(item => item == first), drawn.Count(item => item == first + 1));
            }

            seen.Add(string.Join(',', drawn));
        }

        Assert.InRange(seen.Count, 100, ItemBootstrap.Resamples);
        Assert.Contains(seen, drawn => drawn.Contains('8', StringComparison.Ordinal));
    }

    [Fact]
    public void Concepts_that_move_together_widen_the_interval_by_the_design_effect()
    {
        // 40 concepts of 25 items, each concept all right or all wrong: the variance is 25 times that of single items.
        Draws draws = new(1, "concepts");
        double[] ofConcept = [.. Enumerable.Range(0, 40).Select(_ => draws.Chance(0.5) ? 1.0 : 0)];
        string?[] concepts = [.. Enumerable.Range(0, 1_000).Select(i => $"{i % 40}")];
        string[] cells = [.. concepts.Select(_ => "all")];
        double[] scores = [.. Enumerable.Range(0, 1_000).Select(i => ofConcept[i % 40])];
        double Width(IEnumerable<int[]> all)
        {
            Interval interval = ItemBootstrap.Interval(0, [.. all.Select(drawn => drawn.Average(i => scores[i]))]);
            return interval.High - interval.Low;
        }

        double ratio = Width(ClusterBootstrap.Draw(cells, concepts, 1, "test")) / Width(ItemBootstrap.Draw(cells, 1, "test"));
        Assert.Equal(5, ratio, 0.6);
    }

    [Fact]
    public void A_hierarchical_resample_draws_seeds_and_then_items_of_each()
    {
        int different = 0;
        foreach ((int Seed, int[] Items)[] drawn in HierarchicalBootstrap.Draw(seeds: 3, items: 50, 1, "test"))
        {
            Assert.Equal(3, drawn.Length);
            Assert.All(drawn, one => Assert.InRange(one.Seed, 0, 2));
            Assert.All(drawn, one => Assert.Equal(50, one.Items.Length));
            different += drawn.Select(one => one.Seed).Distinct().Count() == 3 ? 1 : 0;
        }

        Assert.Equal(6.0 / 27, different / (double)ItemBootstrap.Resamples, 0.05); // 3! / 3^3
    }
}
