using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Tests.Fast.Search;

public class SearchSpecTests
{
    private const string Rungs = "rungs: { first: 100, eta: 3 }";

    [Theory]
    [InlineData("sampler: random, trials: 0", "search.trials")]
    [InlineData("sampler: random, trials: 4, atOnce: 0", "search.atOnce")]
    [InlineData("sampler: random, trials: 4, confidence: 0.3", "search.confidence")]
    [InlineData("sampler: random, trials: 4, stopping: asha", "search.rungs")]
    [InlineData("sampler: random, trials: 4, " + Rungs, "search.rungs")]
    [InlineData("sampler: random, trials: 4, stopping: asha, rungs: { eta: 3 }", "search.rungs")]
    [InlineData("sampler: random, trials: 4, stopping: asha, rungs: { first: 100, eta: 1 }", "search.rungs.eta")]
    [InlineData("sampler: random, trials: 4, stopping: asha, rungs: { at: [200, 100] }", "search.rungs.at")]
    [InlineData("sampler: random, trials: 4, stopping: asha, rungs: { first: 900 }", "search.rungs")]
    [InlineData("sampler: random, trials: 2000, stopping: asha, " + Rungs, "search.trials")]
    [InlineData("sampler: grid, trials: 4", "axes.sft.learningRate")]
    public void A_search_that_cannot_be_is_refused_by_its_field(string search, string subject) =>
        Refused(Searches.Spec(search), subject);

    [Fact]
    public void What_has_no_place_beside_a_search_is_refused()
    {
        SweepSpec spec = Searches.Spec("sampler: random, trials: 4");
        Refused(spec with { Draw = new() { Count = 3 } }, "draw");
        Refused(spec with { Rows = [new() { Method = "sft" }] }, "rows");
        Refused(spec with { Search = spec.Search! with { Measure = "none" } }, "search.measure");
        Refused(spec with { Search = spec.Search! with { Measure = "thinkRate" } }, "search.measure");
        Refused(spec with { Preregistration = new() { Hypotheses = [] } }, "preregistration");
    }

    [Fact]
    public void The_test_split_is_never_searched()
    {
        SweepSpec spec = Searches.Spec("sampler: random, trials: 4");
        spec.Base["evaluate"]!["split"] = "test";
        Assert.Contains("dev", Refused(spec, "base.evaluate.split").Reason, StringComparison.Ordinal);
        spec.Base["evaluate"]!.AsObject().Remove("split");
        Refused(spec, "base.evaluate.split");
    }

    [Theory]
    [InlineData("  evaluate.seed: [1, 2]", "axes.evaluate.seed")]
    [InlineData("  benchmark: [mini-mix, mini-new]", "axes.benchmark")]
    [InlineData("  sft.prompts: [300, 600]", "axes.sft.prompts")]
    [InlineData("  method: [sft, sft-rlvr]", "search.rungs")]
    [InlineData("  method: [sft, visurf]", "search.rungs")] // with other numbers of prompts
    [InlineData("  sft.learningRate: { uniform: [0, 2] }", "axes.sft.learningRate")]
    public void An_axis_that_would_compare_what_is_not_alike_is_refused(string axes, string subject) =>
        Refused(Searches.Spec("sampler: random, trials: 4, stopping: asha, " + Rungs, axes), subject);

    [Fact]
    public void A_sweep_without_search_says_nothing_of_it()
    {
        SweepSpec spec = Searches.Spec("sampler: random, trials: 4");
        string text = System.Text.Json.JsonSerializer.Serialize(spec with { Search = null }, SpecJson.Options);
        Assert.DoesNotContain("search", text.Replace("searched", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_at_a_rung_is_an_experiment_with_each_seed_by_way_of_the_rungs_before()
    {
        SearchTerms terms = Searches.Terms("sampler: random, trials: 4, stopping: asha, " + Rungs);
        SearchTrial trial = SearchRules.Next(terms, [])[0].Sent(1, 3).Sent(2, 3);
        IReadOnlyList<SweepCell> middle = terms.Cells(trial, 1);
        Assert.Equal([1, 2, 3], middle.Select(cell => cell.Spec.Seed));
        Assert.Equal([10, 30], middle[0].Spec.Rungs!);
        Assert.Equal([10, 30, 90], terms.Cells(trial, 2)[0].Spec.Rungs!);
        Assert.Equal($"{trial.Label} at 300", middle[0].Row);
        Assert.Equal($"searched/{trial.Label} at 300/1", middle[0].Spec.Name);
        Assert.Equal($"searched/{trial.Label}/1", terms.Cells(trial, 2)[0].Spec.Name);
    }

    private static Fault Refused(SweepSpec spec, string subject)
    {
        Fault fault = Assert.Throws<Fault>(() => SearchTerms.Of(spec));
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);
        Assert.Contains(subject, fault.Others.Select(other => other.Subject).Prepend(fault.Subject));
        return fault;
    }
}
