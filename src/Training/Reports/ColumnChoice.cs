using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>The measures that a report computes, and those that its main table shows.</summary>
/// <param name="All">What is computed; CSV and JSON hold all of it.</param>
/// <param name="Shown">Names of the columns.</param>
/// <param name="IsUsual">Whether nothing was chosen: cells and old tasks have tables of their own, and costs stand beside.</param>
internal sealed record ColumnChoice(IReadOnlyList<Measure> All, IReadOnlyList<string> Shown, bool IsUsual)
{
    public const string KnownPresent = "knownPresent"; // what the base was taught, under the task's own prompt
    public static readonly string[] CellNames = [KnownPresent, "knownAbsent", "newPresent", "newAbsent"];

    /// <summary>What old tasks are taken apart into: whether an answer can be read, and whether it is right then.</summary>
    public static IReadOnlyList<MeasureKind> Apart { get; } = [MeasureKind.ParseFailures, MeasureKind.ReadableAccuracy];

    /// <exception cref="Fault">SpecInvalid: a measure is unknown.</exception>
    public static ColumnChoice Of(Benchmark benchmark, ReportChoices choices)
    {
        if (choices.Columns == ReportColumns.Benchmark)
        {
            IReadOnlyList<Measure> each = Benchmarks(benchmark, choices.Measures);
            return new(each, [.. each.Select(measure => measure.Name)], IsUsual: false);
        }

        bool isCost = choices.Columns == ReportColumns.Cost;
        Fault.Unless(!isCost || (choices.Measures.Count == 0 && choices.Margin is null && (choices.Test is null or ReportTest.None)),
            FaultCode.SpecInvalid, "cols", "is cost, where nothing is measured and tested; measure, test and margin go with another");
        Measure[] all =
        [
            .. Measure.For(benchmark), .. Measure.ForRetention(benchmark),
            .. Apart.SelectMany(kind => Measure.ForRetention(benchmark, kind)),
        ];
        string[] usual =
            [.. Measure.For(benchmark).Select(measure => measure.Name).Except(CellNames).Except([MeasureKind.ReadableAccuracy.Name])];
        return choices.Measures.Count == 0
            ? new(all, isCost ? [] : usual, !isCost)
            : new(all, [.. choices.Measures.Select(name => Find(all, one => one.Name, one => one.Title, name).Name).Distinct()],
                IsUsual: false);
    }

    // A column for each benchmark that was measured, with its headline or with the kinds that were named.
    private static List<Measure> Benchmarks(Benchmark benchmark, IReadOnlyList<string> names)
    {
        (string Label, string Benchmark, Func<Measurement, bool> Which)[] places =
        [
            (benchmark.BenchmarkName, benchmark.BenchmarkName, one => one.Role == MeasurementRole.Task),
            .. benchmark.Transfer.Select(name => (name, name, Is(MeasurementRole.Transfer, name, null))),
            .. benchmark.Retention.SelectMany(name => Enum.GetValues<PromptMode>().Select(mode =>
                ($"{name}, {SpecJson.Word(mode)}", name, Is(MeasurementRole.Retention, name, mode)))),
        ];
        MeasureKind[] known = [.. places.SelectMany(place => Kinds(place.Benchmark)).DistinctBy(kind => kind.Name)];
        string[] wanted = [.. names.Select(name => Find(known, kind => kind.Name, kind => kind.Title, name).Name).Distinct()];
        return
        [
            .. from place in places
               let own = Kinds(place.Benchmark)
               from kind in wanted.Length == 0 ? [own[0]] : wanted.Select(name => own.FirstOrDefault(one => one.Name == name)
                   ?? Unmeasured(known.Single(one => one.Name == name)))
               select kind.On(place.Which, place.Benchmark) with
               {
                   Name = $"{place.Label.Replace(", ", "/", StringComparison.Ordinal)}/{kind.Name}",
                   Title = wanted.Length == 1 ? place.Label : $"{place.Label}, {kind.Title}",
               },
        ];
    }

    private static Func<Measurement, bool> Is(MeasurementRole role, string benchmark, PromptMode? prompt) => one =>
        one.Role == role && one.Benchmark == benchmark && (prompt is null || one.Prompt == prompt);

    private static MeasureKind[] Kinds(string benchmark) =>
    [
        .. Catalogs.Benchmarks.Make(benchmark, "benchmark").Metrics.Select(MeasureKind.From), .. MeasureKind.Rates,
        MeasureKind.ReadableAccuracy,
    ];

    private static MeasureKind Unmeasured(MeasureKind kind) => kind with { Of = _ => double.NaN };

    /// <exception cref="Fault">SpecInvalid: there is none with that name or title.</exception>
    public static T Find<T>(
        IReadOnlyList<T> all, Func<T, string> nameOf, Func<T, string> titleOf, string wanted, string field = "measure")
        where T : class =>
        all.FirstOrDefault(one => nameOf(one).Equals(wanted, StringComparison.OrdinalIgnoreCase)
            || titleOf(one).Equals(wanted, StringComparison.OrdinalIgnoreCase))
        ?? throw new Fault(FaultCode.SpecInvalid, field, $"is '{wanted}'; allowed: {string.Join(", ", all.Select(nameOf))}");
}
