using ViSurf.Training.Search;

namespace ViSurf.Tests.Fast.Search;

public class ReprieveTests
{
    [Fact]
    public void One_is_worse_only_where_the_one_sided_bound_of_the_paired_t_lies_below_nothing()
    {
        PairedScores other = new([0.5, 0.6, 0.7]);
        // Differences -0.1, -0.2, -0.3: mean -0.2, s 0.1; the bound at 0.8 is -0.2 + 1.0607 x 0.1 / sqrt(3) = -0.139.
        Assert.True(new PairedScores([0.4, 0.4, 0.4]).IsWorse(other, 0.8));
        // Differences 0.2, -0.2, -0.3: mean -0.1, s 0.2646; the bound is -0.1 + 0.162 = 0.062.
        PairedScores unclear = new([0.7, 0.4, 0.4]);
        Assert.False(unclear.IsWorse(other, 0.8));
        Assert.True(unclear.IsWorse(other, 0.5)); // the means alone
        Assert.False(new PairedScores([0.51, 0.61, 0.71]).IsWorse(other, 0.8));
    }

    [Fact]
    public void Items_that_were_drawn_again_must_agree()
    {
        PairedScores other = new([0.5, 0.5], [0.5, 0.5, 0.5, 0.5]);
        Assert.True(new PairedScores([0.4, 0.4], [0.4, 0.4, 0.45, 0.4]).IsWorse(other, 0.8));
        Assert.False(new PairedScores([0.4, 0.4], [0.4, 0.6, 0.6, 0.4]).IsWorse(other, 0.8)); // other items say otherwise
        Assert.True(new PairedScores([0.4], [0.4, 0.4, 0.4, 0.4]).IsWorse(new([0.5], [0.5, 0.5, 0.5, 0.5]), 0.8));
        Assert.False(new PairedScores([0.4], [0.4, 0.6, 0.6, 0.4]).IsWorse(new([0.5], [0.5, 0.5, 0.5, 0.5]), 0.8));
    }

    [Fact]
    public void A_trial_that_cannot_be_told_to_be_worse_goes_on_and_is_marked()
    {
        SearchTerms terms = Searches.Terms("sampler: random, trials: 9, stopping: asha, rungs: { first: 100, eta: 3 }");
        SearchTrial[] trials =
        [
            Searches.Trial("best", [0.6]),
            Searches.Trial("near", [0.59], 0.1, -0.1, 0),
            Searches.Trial("far", [0.2]),
        ];
        AshaRule rule = new();
        Assert.Equal(Verdict.Goes, rule.Of(terms, trials, 0, isOver: false));
        Assert.Equal(new Verdict(true, IsReprieved: true), rule.Of(terms, trials, 1, isOver: false));
        Assert.NotNull(rule.Of(terms, trials, 2, isOver: true).Stopped);
    }

    // Every trial's seeds differ so much that none can be told from another.
    [Theory]
    [InlineData("asha", 2)]
    [InlineData("asha", 3)]
    [InlineData("hyperband", 3)]
    public void However_unclear_scores_are_at_most_half_as_many_more_go_on(string rule, int eta)
    {
        SearchTerms terms = Searches.Terms(
            $"sampler: random, trials: 81, atOnce: 81, confidence: 0.99, stopping: {rule}, rungs: {{ first: 100, eta: {eta} }}");
        IReadOnlyList<SearchTrial> end =
            Searches.Run(terms, (trial, _, seed) => (seed == trial.Number % 3 ? 1 : 0) - (trial.Number / 1e4))[^1];
        for (int rung = 0; rung < terms.LastRung; rung++)
        {
            foreach (IGrouping<int, SearchTrial> bracket in end.GroupBy(trial => trial.Bracket))
            {
                int at = bracket.Count(trial => trial.ScoredAt(rung) is not null);
                int best = at / eta;
                int gone = bracket.Count(trial => trial.ScoredAt(rung) is not null && trial.Last.Rung > rung);
                Assert.True(at == 0 || gone <= Math.Max(1, best) + ((Math.Max(1, best) + 1) / 2), $"{gone} of {at} at {rung}");
            }
        }

        Assert.Contains(end, trial => trial.Rungs.Any(one => one.IsReprieved));
        Assert.Contains(end, trial => trial.Stopped is not null);
    }

    [Fact]
    public void The_median_rule_reprieves_a_quarter_at_most()
    {
        SearchTerms terms = Searches.Terms(
            "sampler: random, trials: 60, atOnce: 60, confidence: 0.99, stopping: median, rungs: { first: 300, eta: 3 }");
        IReadOnlyList<SearchTrial> end =
            Searches.Run(terms, (trial, _, seed) => (seed == trial.Number % 3 ? 1 : 0) + (trial.Number / 1e4), count => count - 1)[^1];
        int reprieved = end.Count(trial => trial.Rungs[0].IsReprieved);
        Assert.InRange(reprieved, 1, 15);
        Assert.True(end.Count(trial => trial.Stopped is not null) > 5);
    }
}
