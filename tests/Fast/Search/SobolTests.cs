using ViSurf.Training.Search;

namespace ViSurf.Tests.Fast.Search;

public class SobolTests
{
    // The first points of the sequence in Joe and Kuo's order of directions, as printed with their program.
    [Theory]
    [InlineData(0, 0.0, 0.0, 0.0)]
    [InlineData(1, 0.5, 0.5, 0.5)]
    [InlineData(2, 0.75, 0.25, 0.25)]
    [InlineData(3, 0.25, 0.75, 0.75)]
    [InlineData(4, 0.375, 0.375, 0.625)]
    [InlineData(5, 0.875, 0.875, 0.125)]
    [InlineData(6, 0.625, 0.125, 0.875)]
    [InlineData(7, 0.125, 0.625, 0.375)]
    [InlineData(8, 0.1875, 0.3125, 0.9375)]
    [InlineData(9, 0.6875, 0.8125, 0.4375)]
    public void The_sequence_begins_as_it_was_published(int number, params double[] expected) =>
        Assert.Equal(expected, Enumerable.Range(0, 3).Select(axis => SobolSampler.Plain(number, axis)));

    [Fact]
    public void Each_dimension_and_two_neighbours_together_are_filled_evenly_before_and_after_scrambling()
    {
        const int Count = 1024;
        SearchTerms terms = Searches.Terms("sampler: sobol, trials: 10, seed: 5");
        double[][] scrambled = [.. Enumerable.Range(0, Count).Select(i => new SobolSampler().Propose(terms, i, [])!)];
        for (int axis = 0; axis < 21; axis++)
        {
            int own = axis;
            Assert.Equal(Count, Enumerable.Range(0, Count).Select(i => (int)(SobolSampler.Plain(i, own) * Count)).Distinct().Count());
        }

        Assert.All([0, 1], axis => Assert.Equal(Count, scrambled.Select(point => (int)(point[axis] * Count)).Distinct().Count()));
        // A (0, 2)-sequence: each cell of every grid of 2^10 equal boxes holds one point.
        Assert.All([1, 4, 32, 256, 1024], columns => Assert.Equal(Count, scrambled
            .Select(point => ((int)(point[0] * columns), (int)(point[1] * (Count / columns)))).Distinct().Count()));
    }

    [Fact]
    public void Another_seed_scrambles_otherwise()
    {
        double[] First(int seed) => new SobolSampler().Propose(Searches.Terms($"sampler: sobol, trials: 10, seed: {seed}"), 3, [])!;
        Assert.Equal(First(1), First(1));
        Assert.NotEqual(First(1), First(2));
    }
}
