using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>A number of one measurement's items, whichever it is taken of.</summary>
/// <param name="Each">The value of an item and whether it counts, where the number is a mean of items; else null.</param>
internal sealed record MeasureKind(
    string Name, string Title, Func<IReadOnlyList<ItemScore>, double> Of, Func<ItemScore, double?>? Each, bool? HigherIsBetter)
{
    public static MeasureKind ParseFailures { get; } =
        Rate("parseFailureRate", "parse failures", item => item.IsParsed ? 0.0 : 1, false);

    /// <summary>Rates that every benchmark has.</summary>
    public static IReadOnlyList<MeasureKind> Rates { get; } =
    [
        Rate("thinkRate", "think rate", item => item.HasThought ? 1.0 : 0, null),
        ParseFailures,
    ];

    /// <summary>The share of right answers among those that can be read; not a number where none can. It is the mean of other items in
    /// each row, so tests of items do not take it.</summary>
    public static MeasureKind ReadableAccuracy { get; } = new("readableAcc", "right of readable",
        items => items.Where(item => item.IsParsed).Select(item => item.Score).DefaultIfEmpty(double.NaN).Average(), null, true);

    public static MeasureKind From(Metric metric) => new(metric.Name, TitleOf(metric.Name), metric.Of,
        metric.Cells is { } cells ? item => cells(item.Cell) ? item.Score : null : null, true);

    /// <summary>The number as a column: of the measurement that fits, or not a number where there is none.</summary>
    public Measure On(Func<Measurement, bool> which, string benchmark) => new(Name, Title,
        all => all.FirstOrDefault(which) is { } measurement ? Of(measurement.Items) : double.NaN, HigherIsBetter)
    {
        Benchmark = benchmark,
        Items = Each is null ? null : all => [.. all.FirstOrDefault(which)?.Items.Select(Each).OfType<double>() ?? []],
    };

    private static MeasureKind Rate(string name, string title, Func<ItemScore, double> of, bool? higherIsBetter) =>
        new(name, title, items => items.Average(of), item => of(item), higherIsBetter);

    private static string TitleOf(string metric) => metric switch
    {
        "harmonicMean" => "HM",
        "pAcc" => "P-acc",
        "nAcc" => "N-acc",
        "auroc" => "absent, AUROC",
        "knownPresent" => "known, present",
        "knownAbsent" => "known, absent",
        "newPresent" => "new, present",
        "newAbsent" => "new, absent",
        _ => metric,
    };
}
