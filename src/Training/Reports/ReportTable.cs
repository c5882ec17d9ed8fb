using System.Globalization;
using ViSurf.Training.Statistics;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>A table as text, for whatever writes it: console, Markdown, HTML.</summary>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<ReportLine> Lines)
{
    private const string Missing = "-";

    /// <summary>Every row with the given measures, then what it cost.</summary>
    public static ReportTable Values(string title, StudyTable table, IReadOnlyList<string> measures, bool withCost)
    {
        int[] chosen = Places(table, measures);
        return new(title,
            ["", .. chosen.Select(i => table.Measures[i].Title), .. withCost ? (string[])["prompts", "tokens", "CPU-s"] : []],
            [.. table.Labels.Select(line => new ReportLine(line.Label,
            [
                .. chosen.Select(i => Cell(table.Value(line.Label, i), table.IsBold(line.Label, i))),
                .. withCost ? Cost(table.Study, line.Label) : [],
            ]))]);
    }

    /// <summary>One row less each of the other trained rows and the base.</summary>
    public static ReportTable Differences(string title, StudyTable table, string label, IReadOnlyList<string> measures)
    {
        int[] chosen = Places(table, measures);
        return new(title,
            ["", .. chosen.Select(i => table.Measures[i].Title)],
            [.. table.Labels.Where(line => line.Kind != LineKind.Trivial && line.Label != label).Select(line =>
                new ReportLine($"{label} - {line.Label}", [.. chosen.Select(i => Change(table.Difference(label, line.Label, i)))]))]);
    }

    /// <summary>The change of each trained row against the base.</summary>
    public static ReportTable Changes(string title, StudyTable table, IReadOnlyList<string> measures)
    {
        int[] chosen = Places(table, measures);
        return new(title,
            ["", .. chosen.Select(i => table.Measures[i].Title)],
            [
                new ReportLine("base", [.. chosen.Select(i => Cell(table.Value("base", i), bold: false))]),
                .. table.Labels.Where(line => line.Kind == LineKind.Trained).Select(line =>
                    new ReportLine(line.Label, [.. chosen.Select(i => Change(table.Difference(line.Label, "base", i)))])),
            ]);
    }

    private static int[] Places(StudyTable table, IReadOnlyList<string> measures) =>
        [.. measures.Select(name => table.Measures.Index().First(pair => pair.Item.Name == name).Index)];

    private static ReportCell Cell(Interval? value, bool bold) =>
        value is not { } one ? new(Missing) : new(Number(one.Value), Range(one), bold);

    private static ReportCell Change(Interval value) => double.IsNaN(value.Value)
        ? new(Missing)
        : new((value.Value > 0 ? "+" : "") + Number(value.Value), Range(value), value.ExcludesZero);

    private static IEnumerable<ReportCell> Cost(Study study, string label)
    {
        StageCost[] costs = [.. study.Rows.Where(row => row.Label == label).SelectMany(row => row.Results).Select(result => result.Cost())];
        return costs.Length == 0 ? [new(Missing), new(Missing), new(Missing)] :
        [
            new(Whole(costs.Average(cost => cost.Prompts))),
            new(Whole(costs.Average(cost => cost.TokensSampled + cost.TokensTrained))),
            new(Whole(costs.Average(cost => cost.CpuSeconds))),
        ];
    }

    private static string Range(Interval interval) =>
        double.IsInfinity(interval.Low) ? "" : $"{Number(interval.Low)}..{Number(interval.High)}";

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}

/// <summary>A row of a table.</summary>
public sealed record ReportLine(string Label, IReadOnlyList<ReportCell> Cells);

/// <summary>A value, its interval, and whether it stands out.</summary>
public sealed record ReportCell(string Value, string Interval = "", bool Bold = false);
