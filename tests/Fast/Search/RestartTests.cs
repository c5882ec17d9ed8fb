using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Randomness;
using ViSurf.Training.Search;

namespace ViSurf.Tests.Fast.Search;

public class RestartTests
{
    public static TheoryData<string, string> Searching =>
        new(from sampler in (string[])["random", "sobol", "tpe"]
            from stopping in (string[])["none", "median", "asha", "hyperband"]
            select (sampler, stopping));

    // Goal: whoever reads the rows after any step decides what the one that was never stopped decided, whatever order trials end in.
    [Theory]
    [MemberData(nameof(Searching))]
    public void A_search_read_back_after_any_step_goes_on_as_the_one_that_never_stopped(string sampler, string stopping)
    {
        string rungs = stopping == "none" ? "" : ", rungs: { first: 100, eta: 3 }";
        string text = $"sampler: {sampler}, trials: 30, atOnce: 5, stopping: {stopping}{rungs}";
        Draws order = new(1, "order");
        List<IReadOnlyList<SearchTrial>> history = Searches.Run(Searches.Terms(text), Score, open => order.Below(open));
        Assert.Equal(30, history[^1].Count);
        SearchTerms again = Searches.Terms(text);
        for (int step = 0; step < history.Count - 1; step++)
        {
            IReadOnlyList<SearchTrial> read = Stored(history[step]);
            Assert.Same(read, SearchRules.Next(again, read)); // asked twice it adds nothing
            int ended = history[step].Zip(history[step + 1]).Index()
                .First(one => one.Item.First.IsOpen && one.Item.Second.Rungs[one.Item.First.Rungs.Count - 1].IsSettled).Index;
            IReadOnlyList<SearchTrial> next =
                SearchRules.Next(again, [.. read.Select((trial, i) => i == ended ? Searches.Ended(trial, Score) : trial)]);
            Assert.Equal(Json(history[step + 1]), Json(next));
        }
    }

    private static double? Score(SearchTrial trial, int rung, int seed)
    {
        Draws draws = new(trial.Number, trial.Label, rung, seed);
        return draws.Chance(0.03) ? null : draws.Unit() + (0.5 * new Draws(1, trial.Label).Unit());
    }

    private static List<SearchTrial> Stored(IReadOnlyList<SearchTrial> trials) =>
        JsonSerializer.Deserialize<List<SearchTrial>>(Json(trials), SpecJson.Options)!;

    private static string Json(IReadOnlyList<SearchTrial> trials) => JsonSerializer.Serialize(trials, SpecJson.Options);
}
