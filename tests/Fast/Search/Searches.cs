using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Tests.Fast.Search;

/// <summary>Searches that train nothing: a function of the point stands in for every score.</summary>
internal static class Searches
{
    public const string Axes = """
          sft.learningRate: { logUniform: [1e-4, 1e-1] }
          sft.weightDecay: { uniform: [0, 1] }
        """;

    public static SweepSpec Spec(string search, string axes = Axes, string seeds = "1, 2, 3") => SpecText.Read<SweepSpec>($$"""
        name: searched
        seeds: [{{seeds}}]
        base:
          model: { path: none }
          data: { benchmark: mini-mix, labels: 900 }
          method: { name: sft }
          sft: { prompts: 900, promptsPerStep: 10 }
          evaluate: { split: dev, items: 2, devItems: 2 }
        search: { measure: HM, {{search}} }
        axes:
        {{axes}}
        """, "test");

    public static SearchTerms Terms(string search, string axes = Axes, string seeds = "1, 2, 3") =>
        SearchTerms.Of(Spec(search, axes, seeds));

    /// <summary>A trial with scores at rungs from the first, the same for each seed but for what is added.</summary>
    public static SearchTrial Trial(string label, double[] means, params double[] bySeed) => new()
    {
        Number = 0,
        Label = label,
        Coordinates = new Dictionary<string, System.Text.Json.Nodes.JsonNode?>(),
        Rungs = [.. means.Select((mean, rung) => new TrialRung(rung,
            [.. (bySeed.Length == 0 ? [0, 0, 0] : bySeed).Select(own => new SeedOutcome(mean + own))]))],
    };

    /// <summary>Gives every open trial its scores, those of one trial at a time, until nothing is left to do.</summary>
    /// <param name="score">Of a trial at a rung with a seed's place.</param>
    /// <param name="pick">Which of so many open trials ends next.</param>
    /// <returns>The trials after each step.</returns>
    public static List<IReadOnlyList<SearchTrial>> Run(
        SearchTerms terms, Func<SearchTrial, int, int, double?> score, Func<int, int>? pick = null)
    {
        List<IReadOnlyList<SearchTrial>> history = [SearchRules.Next(terms, [])];
        while (history[^1].Any(trial => trial.IsOpen))
        {
            int[] open = [.. history[^1].Index().Where(one => one.Item.IsOpen).Select(one => one.Index)];
            int ends = open[pick?.Invoke(open.Length) ?? 0];
            history.Add(SearchRules.Next(terms, [.. history[^1].Select((trial, i) => i == ends ? Ended(trial, score) : trial)]));
            Assert.True(history[^1].Count(trial => trial.IsOpen) <= terms.Spec.AtOnce);
        }

        Assert.True(SearchRules.IsOver(terms, history[^1]));
        return history;
    }

    /// <summary>A trial whose open rung has ended.</summary>
    public static SearchTrial Ended(SearchTrial trial, Func<SearchTrial, int, int, double?> score) => trial with
    {
        Rungs =
        [
            .. trial.Rungs.SkipLast(1),
            trial.Last with
            {
                Seeds = [.. trial.Last.Seeds.Select((_, seed) => score(trial, trial.Last.Rung, seed) is { } value
                    ? new SeedOutcome(value)
                    : new SeedOutcome(null, "diverged"))],
            },
        ],
    };
}
