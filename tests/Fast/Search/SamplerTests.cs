using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Tests.Fast.Search;

public class SamplerTests
{
    private const string Conditional = """
          method: [sft, hpt]
          sft.schedule: [linear, cosine, constant]
          rl.learningRate: { logUniform: [1e-4, 1e-1], when: { method: hpt } }
        """;

    [Fact]
    public void A_grid_is_walked_in_order_to_its_end()
    {
        SearchTerms terms = Searches.Terms("sampler: grid, trials: 100, atOnce: 100", """
              sft.schedule: [linear, cosine]
              sft.warmupSteps: { range: [0, 2], step: 1 }
            """);
        Assert.Equal(["linear, 0", "linear, 1", "linear, 2", "cosine, 0", "cosine, 1", "cosine, 2"],
            SearchRules.Next(terms, []).Select(trial => $"{Value(trial, "sft.schedule")}, {Value(trial, "sft.warmupSteps")}"));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void Trials_differ_and_keep_every_constraint(string sampler)
    {
        SweepSpec spec = Searches.Spec($"sampler: {sampler}, trials: 40, atOnce: 3", """
              sft.warmupSteps: { uniform: [0, 20] }
              sft.schedule: [linear, cosine, constant]
            """) with { Where = ["sft.warmupSteps >= 5"] };
        IReadOnlyList<SearchTrial> trials = Searches.Run(SearchTerms.Of(spec), (trial, _, _) => Number(trial, "sft.warmupSteps"))[^1];
        Assert.Equal(40, trials.Select(trial => trial.Label).Distinct().Count());
        Assert.All(trials, trial => Assert.InRange(Number(trial, "sft.warmupSteps"), 5, 20));
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void An_axis_is_there_only_where_its_condition_holds(string sampler)
    {
        SearchTerms terms = Searches.Terms($"sampler: {sampler}, trials: 60, atOnce: 4", Conditional);
        IReadOnlyList<SearchTrial> trials = Searches.Run(terms, (trial, _, _) => Value(trial, "method") == "hpt" ? 1 : 0.5)[^1];
        Assert.All(trials, trial => Assert.Equal(Value(trial, "method") == "hpt", trial.Coordinates.ContainsKey("rl.learningRate")));
        Assert.Contains(trials, trial => Value(trial, "method") == "hpt");
        Assert.Contains(trials, trial => Value(trial, "method") == "sft");
    }

    [Fact]
    public void Tpe_learns_which_branch_is_good()
    {
        SearchTerms terms = Searches.Terms("sampler: tpe, trials: 80, atOnce: 1", Conditional);
        IReadOnlyList<SearchTrial> trials = Searches.Run(terms, (trial, _, _) => Value(trial, "method") == "hpt"
            ? 1 - Math.Abs(Math.Log10(Number(trial, "rl.learningRate")) + 2)
            : 0)[^1];
        Assert.True(trials.Skip(40).Count(trial => Value(trial, "method") == "hpt") > 30);
    }

    [Fact]
    public void Tpe_finds_a_better_point_of_a_smooth_function_than_random_draws_do()
    {
        double[] Best(string sampler) => [.. Enumerable.Range(1, 20).Select(seed =>
        {
            SearchTerms terms = Searches.Terms($"sampler: {sampler}, trials: 60, atOnce: 1, seed: {seed}");
            return Searches.Run(terms, (trial, _, _) => Smooth(trial))[^1].Max(Smooth);
        })];
        double[] tpe = Best("tpe");
        double[] random = Best("random");
        Assert.True(tpe.Average() > random.Average());
        Assert.True(tpe.Zip(random).Count(pair => pair.First > pair.Second) >= 15);
    }

    [Fact]
    public void A_space_without_more_points_ends_the_search()
    {
        SearchTerms terms = Searches.Terms("sampler: random, trials: 50", "  sft.schedule: [linear, cosine, constant]");
        Assert.Equal(3, Searches.Run(terms, (_, _, _) => 1)[^1].Count);
    }

    [Fact]
    public void A_value_lies_where_it_was_drawn()
    {
        SearchTerms terms = Searches.Terms("sampler: random, trials: 1", Conditional);
        foreach (double unit in (double[])[0, 0.2, 0.5, 0.99])
        {
            SearchPoint point = terms.Space.At([.. terms.Space.Axes.Select(_ => unit)])!;
            foreach ((double? at, SearchAxis axis) in terms.Space.UnitsOf(point).Zip(terms.Space.Axes).Where(one => one.First is not null))
            {
                Assert.Equal(AxisText(axis.At(unit)), AxisText(axis.At(at!.Value)));
            }
        }
    }

    // Its top, 1, is at a rate of 10^-2.5 and a decay of 0.3.
    private static double Smooth(SearchTrial trial) => Math.Exp(-(Math.Pow(Math.Log10(Number(trial, "sft.learningRate")) + 2.5, 2)
        + (10 * Math.Pow(Number(trial, "sft.weightDecay") - 0.3, 2))));

    private static string AxisText(JsonNode? value) => value?.ToJsonString() ?? "null";

    private static double Number(SearchTrial trial, string name) =>
        trial.Coordinates[name].Deserialize<double>(SpecJson.Options);

    private static string Value(SearchTrial trial, string name) => trial.Coordinates[name]!.ToString();
}
