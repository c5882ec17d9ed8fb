using ViSurf.Training.Search;

namespace ViSurf.Tests.Fast.Search;

public class StoppingTests
{
    private static readonly SearchTerms Halving =
        Searches.Terms("sampler: random, trials: 9, stopping: asha, confidence: 0.5, rungs: { first: 100, eta: 3 }");

    [Fact]
    public void Asha_sends_on_the_best_third_of_each_rung_as_soon_as_it_is_known()
    {
        AshaRule rule = new();
        SearchTrial[] two = [Searches.Trial("a", [0.5]), Searches.Trial("b", [0.7])];
        Assert.All([0, 1], trial => Assert.Equal(Verdict.Waits, rule.Of(Halving, two, trial, isOver: false)));
        SearchTrial[] three = [.. two, Searches.Trial("c", [0.6])];
        Assert.Equal([Verdict.Waits, Verdict.Goes, Verdict.Waits], Verdicts(rule, three, isOver: false));
        SearchTrial[] six = [.. three, Searches.Trial("d", [0.8]), Searches.Trial("e", [0.1]), Searches.Trial("f", [0.65])];
        Assert.Equal([1, 3], Verdicts(rule, six, isOver: false).Index().Where(one => one.Item.IsOn).Select(one => one.Index));
        Assert.Equal("not among the best 2 at 100 prompts; b was the last of them", Verdicts(rule, six, isOver: true)[5].Stopped);
    }

    [Fact]
    public void Asha_comes_to_the_successive_halving_of_nine_trials_where_none_overtakes_another()
    {
        IReadOnlyList<SearchTrial> end = Searches.Run(Halving, (trial, _, _) => -trial.Number)[^1];
        Assert.Equal([100, 300, 900], Halving.Rungs);
        Assert.Equal([0, 1, 2], end.Where(trial => trial.Rungs.Count > 1).Select(trial => trial.Number));
        Assert.Equal([0], end.Where(trial => trial.Rungs.Count > 2).Select(trial => trial.Number));
        Assert.Equal(8, end.Count(trial => trial.Stopped is not null));
    }

    // Li et al. (2018), algorithm 1 with R = 81 and eta = 3: n = ceil(5 / (s + 1) 3^s). (Their table 1 rounds down.)
    [Fact]
    public void Hyperband_begins_as_many_trials_in_each_bracket_as_its_algorithm_says()
    {
        SearchTerms terms = Searches.Terms("sampler: random, trials: 1, stopping: hyperband, rungs: { at: [11, 33, 100, 300], eta: 3 }");
        Assert.Equal([81, 34, 15, 8, 5], Enumerable.Range(0, 5).Select(bracket => HyperbandRule.Size(terms, bracket)));
        Assert.Equal(81, HyperbandRule.Size(terms, 5)); // and again from the first
    }

    [Fact]
    public void Hyperband_halves_its_brackets_when_all_of_a_rung_have_ended()
    {
        SearchTerms terms = Searches.Terms(
            "sampler: random, trials: 17, atOnce: 4, stopping: hyperband, confidence: 0.5, rungs: { first: 100, eta: 3 }");
        IReadOnlyList<SearchTrial> end = Searches.Run(terms, (trial, _, _) => trial.Number)[^1];
        Assert.Equal([9, 5, 3], end.GroupBy(trial => trial.Bracket).Select(bracket => bracket.Count()));
        Assert.Equal([9, 3, 1], Enumerable.Range(0, 3).Select(rung => end.Count(trial => trial.Bracket == 0 && Was(trial, rung))));
        Assert.Equal([0, 5, 1], Enumerable.Range(0, 3).Select(rung => end.Count(trial => trial.Bracket == 1 && Was(trial, rung))));
        Assert.Equal([0, 0, 3], Enumerable.Range(0, 3).Select(rung => end.Count(trial => trial.Bracket == 2 && Was(trial, rung))));
        Assert.Equal([8, 13], end.Where(trial => trial.Bracket < 2 && Was(trial, 2)).Select(trial => trial.Number));
    }

    [Fact]
    public void The_median_rule_stops_what_was_never_as_good_as_half_of_the_others_on_average()
    {
        SearchTerms terms = Searches.Terms("sampler: random, trials: 9, stopping: median, confidence: 0.5, rungs: { first: 100, eta: 3 }");
        // Running averages at the second rung: 0.2, 0.4, 0.5, 0.7; their median is 0.45.
        SearchTrial[] others =
        [
            Searches.Trial("a", [0.1, 0.3]), Searches.Trial("b", [0.4, 0.4]), Searches.Trial("c", [0.2, 0.8]),
            Searches.Trial("d", [0.6, 0.8]),
        ];
        Verdict Of(params double[] means) => new MedianRule().Of(terms, [.. others, Searches.Trial("e", means)], 4, isOver: false);
        Assert.Equal("below the median of 4 others at 300 prompts, which is 0.45", Of(0.2, 0.44).Stopped);
        Assert.Equal(Verdict.Goes, Of(0.2, 0.451));
        Assert.Equal(Verdict.Goes, Of(0.5, 0.1)); // its best counts
        Assert.Equal(Verdict.Goes, new MedianRule().Of(terms, others, 0, isOver: false)); // with three others nobody is stopped
    }

    [Fact]
    public void Where_less_is_better_the_least_goes_on()
    {
        SearchTerms terms = Halving with { HigherIsBetter = false };
        SearchTrial[] three = [Searches.Trial("a", [0.5]), Searches.Trial("b", [0.7]), Searches.Trial("c", [0.6])];
        Assert.Equal([true, false, false], Enumerable.Range(0, 3).Select(i => new AshaRule().Of(terms, three, i, isOver: false).IsOn));
    }

    [Theory]
    [InlineData("asha")]
    [InlineData("hyperband")]
    [InlineData("median")]
    public void A_trial_that_failed_has_no_score_and_holds_nobody_up(string rule)
    {
        SearchTerms terms = Searches.Terms($"sampler: random, trials: 12, stopping: {rule}, rungs: {{ first: 100, eta: 3 }}");
        IReadOnlyList<SearchTrial> end =
            Searches.Run(terms, (trial, _, seed) => trial.Number % 3 == 0 && seed == 1 ? null : trial.Number)[^1];
        Assert.Equal(12, end.Count);
        Assert.Equal(4, end.Count(trial => trial.IsFailed));
        Assert.All(end.Where(trial => trial.IsFailed), trial => Assert.Single(trial.Rungs));
        Assert.Contains(end, trial => trial.Last.Rung == 2 && trial.Last.IsScored);
    }

    private static bool Was(SearchTrial trial, int rung) => trial.Rungs.Any(one => one.Rung == rung);

    private static Verdict[] Verdicts(StoppingRule rule, SearchTrial[] trials, bool isOver) =>
        [.. Enumerable.Range(0, trials.Length).Select(i => rule.Of(Halving, trials, i, isOver))];
}
