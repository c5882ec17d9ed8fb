using System.Globalization;
using System.Text.Json.Serialization;
using ViSurf.Sdk;
using ViSurf.Training.Statistics;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>A table as text, for whatever writes it: console, Markdown, HTML.</summary>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<ReportLine> Lines)
{
    /// <summary>Every row with the given measures, then what it cost.</summary>
    public static ReportTable Values(
        string title, StudyTable table, IReadOnlyList<string> measures, ReportStatistic statistic, bool withCost)
    {
        int[] chosen = Places(table, measures);
        return new(title,
            ["", .. chosen.Select(i => table.Measures[i].Title), .. withCost ? (string[])["prompts", "tokens", "CPU-s"] : []],
            [.. table.Labels.Select(line => new ReportLine(line.Label,
            [
                .. chosen.Select(i => StatisticCell.Of(table, line.Label, i, statistic)),
                .. withCost ? Cost(table.Study, line.Label) : [],
            ]))]);
    }

    /// <summary>One row less another, for each pair; as its contrast has it where it was tested, with a star where it is significant.
    /// </summary>
    public static ReportTable Differences(string title, StudyTable table, IReadOnlyList<RowPair> pairs,
        IReadOnlyList<string> measures, IReadOnlyList<Contrast> contrasts)
    {
        var tested = contrasts.ToDictionary(contrast => (contrast.Row, contrast.Other, contrast.Measure));
        ReportCell One(RowPair pair, int measure) =>
            tested.TryGetValue((pair.Row, pair.Other, table.Measures[measure].Name), out Contrast? contrast)
                ? Starred(Change(contrast.Difference), contrast.IsSignificant)
                : Change(table.Difference(pair.Row, pair.Other, measure));
        int[] chosen = Places(table, measures);
        return new(title,
            ["", .. chosen.Select(i => table.Measures[i].Title)],
            [.. pairs.Select(pair => new ReportLine($"{pair.Row} - {pair.Other}", [.. chosen.Select(i => One(pair, i))]))]);
    }

    /// <summary>The change of each trained row against the base.</summary>
    public static ReportTable Changes(string title, StudyTable table, IReadOnlyList<string> measures)
    {
        int[] chosen = Places(table, measures);
        return new(title,
            ["", .. chosen.Select(i => table.Measures[i].Title)],
            [
                new ReportLine("base", [.. chosen.Select(i => StatisticCell.Of(table, "base", i, ReportStatistic.MeanInterval))]),
                .. table.Labels.Where(line => line.Kind == LineKind.Trained).Select(line =>
                    new ReportLine(line.Label, [.. chosen.Select(i => Change(table.Difference(line.Label, "base", i)))])),
            ]);
    }

    private static int[] Places(StudyTable table, IReadOnlyList<string> measures) =>
        [.. measures.Select(name => table.Measures.Index().First(pair => pair.Item.Name == name).Index)];

    private static ReportCell Starred(ReportCell cell, bool isSignificant) =>
        isSignificant ? cell with { Value = $"{cell.Value}*" } : cell;

    private static ReportCell Change(Interval value) => double.IsNaN(value.Value)
        ? new(StatisticCell.Missing)
        : new((value.Value > 0 ? "+" : "") + StatisticCell.Number(value.Value), StatisticCell.Range(value), value.ExcludesZero);

    private static IEnumerable<ReportCell> Cost(Study study, string label)
    {
        StageCost[] costs = [.. study.Rows.Where(row => row.Label == label).SelectMany(row => row.Results).Select(result => result.Cost())];
        return costs.Length == 0 ? [new(StatisticCell.Missing), new(StatisticCell.Missing), new(StatisticCell.Missing)] :
        [
            new(Whole(costs.Average(cost => cost.Prompts))),
            new(Whole(costs.Average(cost => cost.TokensSampled + cost.TokensTrained))),
            new(Whole(costs.Average(cost => cost.CpuSeconds))),
        ];
    }

    private static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}

/// <summary>A row of a table.</summary>
public sealed record ReportLine(string Label, IReadOnlyList<ReportCell> Cells);

/// <summary>A value, its interval, and whether it stands out.</summary>
public sealed record ReportCell(string Value, string Interval = "", bool Bold = false)
{
    /// <summary>Whether it is the second best of its column.</summary>
    [JsonIgnore]
    public bool IsSecond { get; init; }
}
