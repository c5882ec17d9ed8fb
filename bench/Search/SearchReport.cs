using System.Text;
using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Statistics;

namespace ViSurf.Bench.Search;

/// <summary>What a search found in each replay, by each budget.</summary>
/// <param name="Found">By replay, by budget.</param>
internal sealed record ReplayedSearch(string Name, IReadOnlyList<double[]> Found)
{
    public Interval At(int budget) => SeedInterval.Of([.. Found.Select(replay => replay[budget])]);

    /// <summary>What it found more than another; replays of one seed are paired.</summary>
    public Interval Over(ReplayedSearch other, int budget) =>
        SeedInterval.Of([.. Found.Zip(other.Found, (mine, its) => mine[budget] - its[budget])]);
}

/// <param name="Searches">Random search first.</param>
internal sealed record SearchedMeasure(
    string Measure, RecordedCurves Curves, IReadOnlyList<RungSight> Rungs, IReadOnlyList<ReplayedSearch> Searches)
{
    private IEnumerable<double> Ends => Curves.Rows.Select(Curves.End);

    public object Numbers(IReadOnlyList<double> budgets) => new
    {
        curves = Curves.Rows.Count * Curves.Seeds.Count,
        rows = Curves.Rows.Count,
        best = Ends.Max(),
        rungs = Rungs,
        searches = Searches.ToDictionary(search => search.Name, search => budgets.Select((_, i) => new
        {
            found = Parts(search.At(i)),
            overRandom = Parts(search.Over(Searches[0], i)),
        })),
    };

    public void Write(StringBuilder text, IReadOnlyList<double> budgets)
    {
        text.Append($"| {Measure} | ").AppendJoin(" | ", budgets.Select(budget => $"{budget}")).Append(" |\n|---|")
            .Insert(text.Length, "--:|", budgets.Count).Append('\n');
        foreach (ReplayedSearch search in Searches)
        {
            text.Append($"| {search.Name} | ").AppendJoin(" | ", budgets.Select((_, i) => Cell(search, i))).Append(" |\n");
        }

        text.Append($"\n{Curves.Rows.Count * Curves.Seeds.Count} curves ({Curves.Rows.Count} settings, {Curves.Seeds.Count} seeds): best ")
            .Append($"setting {Ends.Max():0.000}, median {ItemBootstrap.Quantile([.. Ends.Order()], 0.5):0.000}.\n");
        foreach (RungSight rung in Rungs)
        {
            text.Append($"After {rung.Prompts} prompts {rung.Zeros:0 %} of the curves are 0; Spearman's correlation with the end: ")
                .Append($"{rung.RankCorrelation:0.00}.\n");
        }

        text.Append('\n');
    }

    private string Cell(ReplayedSearch search, int budget)
    {
        string found = $"{search.At(budget).Value:0.000}";
        if (search == Searches[0])
        {
            return found;
        }

        Interval more = search.Over(Searches[0], budget);
        return $"{found} {Signed(more.Value)} ({Signed(more.Low)}..{Signed(more.High)}){(more.ExcludesZero ? " *" : "")}";
    }

    private static string Signed(double value) => $"{Math.Round(value, 3):+0.000;-0.000;0.000}";

    private static double[] Parts(Interval interval) => [interval.Value, interval.Low, interval.High];
}

internal sealed record SearchReport(int Replays, IReadOnlyList<double> Budgets, IReadOnlyList<SearchedMeasure> Measures) : IReport
{
    public string Json() => JsonSerializer.Serialize(new
    {
        replays = Replays,
        budgets = Budgets,
        measures = Measures.ToDictionary(one => one.Measure, one => one.Numbers(Budgets)),
    }, SpecJson.Options);

    public string Text()
    {
        StringBuilder text = new();
        foreach (SearchedMeasure measure in Measures)
        {
            measure.Write(text, Budgets);
        }

        return text.Append($"{Replays} replays. By budget, in trainings to the end with all seeds: the mean end score of the setting that ")
            .Append("is best so far, and what that is more than random search found, with its 95 % interval over replays; * where it ")
            .Append("excludes 0.\n").ToString();
    }
}
