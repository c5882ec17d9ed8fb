using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>A column of a report: a number computed from an experiment's measurements.</summary>
/// <param name="Of">Not a number where the measurements it needs are missing.</param>
/// <param name="HigherIsBetter">Null where neither is: nothing is printed in bold then.</param>
public sealed record Measure(string Name, string Title, Func<IReadOnlyList<Measurement>, double> Of, bool? HigherIsBetter = true)
{
    /// <summary>The benchmark whose items it is about; null where there are several.</summary>
    public string? Benchmark { get; init; }

    /// <summary>The values of the items that it is the mean of; null where it is no mean of items.</summary>
    public Func<IReadOnlyList<Measurement>, IReadOnlyList<double>>? Items { get; init; }

    /// <summary>The columns for a benchmark, the headline first.</summary>
    public static IReadOnlyList<Measure> For(Benchmark benchmark)
    {
        Metric headline = benchmark.Metrics[0];
        Func<Measurement, bool> isTask = one => one.Role == MeasurementRole.Task;
        return
        [
            .. benchmark.Metrics.Select(metric => MeasureKind.From(metric).On(isTask, benchmark.BenchmarkName)),
            .. MeasureKind.Rates.Append(MeasureKind.ReadableAccuracy).Select(rate => rate.On(isTask, benchmark.BenchmarkName)),
            .. benchmark.Transfer.Select(name => Transfer(name)),
            .. benchmark.Retention.Count == 0 ? [] : Enum.GetValues<PromptMode>().Select(Retention),
            new("trainTestGap", "train - test", all =>
                One(all, MeasurementRole.Trained, headline.Of) - One(all, MeasurementRole.Task, headline.Of), false)
            {
                Benchmark = benchmark.BenchmarkName,
            },
        ];
    }

    /// <summary>The columns of the retention table: each old task with each prompt.</summary>
    public static IReadOnlyList<Measure> ForRetention(Benchmark benchmark) => [.. OldTasks(benchmark).Select(task =>
        Accuracy(task.Name, task.Title, task.Which) with { Benchmark = task.Benchmark })];

    /// <summary>Columns that take the retention table apart: a number of the items of each old task with each prompt.</summary>
    internal static IReadOnlyList<Measure> ForRetention(Benchmark benchmark, MeasureKind kind) => [.. OldTasks(benchmark).Select(task =>
        kind.On(task.Which, task.Benchmark) with { Name = $"{task.Name}/{kind.Name}", Title = $"{task.Title}, {kind.Title}" })];

    private static IEnumerable<(string Name, string Title, string Benchmark, Func<Measurement, bool> Which)> OldTasks(
        Benchmark benchmark) =>
        from name in benchmark.Retention
        from mode in Enum.GetValues<PromptMode>()
        let word = SpecJson.Word(mode)
        select ($"{name}/{word}", $"{name["mini-".Length..]}, {word}", name,
            (Func<Measurement, bool>)(one => one.Role == MeasurementRole.Retention && one.Benchmark == name && one.Prompt == mode));

    private static Measure Transfer(string name)
    {
        Metric metric = Catalogs.Benchmarks.Make(name, "benchmark").Metrics[0];
        Measure measure = MeasureKind.From(metric).On(one => one.Role == MeasurementRole.Transfer, name);
        return measure with { Name = $"transfer/{name}", Title = $"{measure.Title}, {name.Split('-')[^1]}" };
    }

    private static Measure Retention(PromptMode mode) => Accuracy($"retention/{SpecJson.Word(mode)}",
        $"retention, {SpecJson.Word(mode)}", one => one.Role == MeasurementRole.Retention && one.Prompt == mode);

    private static double One(IReadOnlyList<Measurement> all, MeasurementRole role, Func<IReadOnlyList<ItemScore>, double> of) =>
        all.FirstOrDefault(one => one.Role == role) is { } evaluation ? of(evaluation.Items) : double.NaN;

    private static Measure Accuracy(string name, string title, Func<Measurement, bool> which) => new(name, title, all =>
    {
        double[] each = [.. all.Where(which).Select(one => one.Items.Average(item => item.Score))];
        return each.Length == 0 ? double.NaN : each.Average();
    })
    {
        // Old tasks have as many items each, so the mean of their means is that of all items.
        Items = all => [.. all.Where(which).SelectMany(one => one.Items).Select(item => item.Score)],
    };
}
