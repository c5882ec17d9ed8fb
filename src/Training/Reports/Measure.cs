using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Reports;

/// <summary>A column of a report: a number computed from an experiment's measurements.</summary>
/// <param name="Of">Not a number where the measurements it needs are missing.</param>
/// <param name="HigherIsBetter">Null where neither is: nothing is printed in bold then.</param>
public sealed record Measure(string Name, string Title, Func<IReadOnlyList<Measurement>, double> Of, bool? HigherIsBetter = true)
{
    /// <summary>The columns for a benchmark, the headline first.</summary>
    public static IReadOnlyList<Measure> For(Benchmark benchmark)
    {
        Metric headline = benchmark.Metrics[0];
        return
        [
            .. benchmark.Metrics.Select(metric => new Measure(metric.Name, TitleOf(metric.Name), OnTask(metric.Of))),
            new("thinkRate", "think rate", OnTask(items => items.Average(item => item.HasThought ? 1.0 : 0)), null),
            new("parseFailureRate", "parse failures", OnTask(items => items.Average(item => item.IsParsed ? 0.0 : 1)), false),
            .. benchmark.Transfer.Select(name => Transfer(name)),
            .. benchmark.Retention.Count == 0 ? [] : Enum.GetValues<PromptMode>().Select(Retention),
            new("trainTestGap", "train - test", all =>
                One(all, MeasurementRole.Trained, headline.Of) - One(all, MeasurementRole.Task, headline.Of), false),
        ];
    }

    /// <summary>The columns of the retention table: each old task with each prompt.</summary>
    public static IReadOnlyList<Measure> ForRetention(Benchmark benchmark) => [.. benchmark.Retention.SelectMany(name =>
        Enum.GetValues<PromptMode>().Select(mode => new Measure($"{name}/{Word(mode)}", $"{name["mini-".Length..]}, {Word(mode)}", all =>
            Accuracy(all.Where(one => one.Role == MeasurementRole.Retention && one.Benchmark == name && one.Prompt == mode)))))];

    private static Measure Transfer(string name)
    {
        Metric metric = Catalogs.Benchmarks.Make(name, "benchmark").Metrics[0];
        return new($"transfer/{name}", $"{TitleOf(metric.Name)}, {name.Split('-')[^1]}", all =>
            One(all, MeasurementRole.Transfer, metric.Of));
    }

    private static Measure Retention(PromptMode mode) => new($"retention/{Word(mode)}", $"retention, {Word(mode)}", all =>
        Accuracy(all.Where(one => one.Role == MeasurementRole.Retention && one.Prompt == mode)));

    private static Func<IReadOnlyList<Measurement>, double> OnTask(Func<IReadOnlyList<ItemScore>, double> of) =>
        all => One(all, MeasurementRole.Task, of);

    private static double One(IReadOnlyList<Measurement> all, MeasurementRole role, Func<IReadOnlyList<ItemScore>, double> of) =>
        all.FirstOrDefault(one => one.Role == role) is { } evaluation ? of(evaluation.Items) : double.NaN;

    private static double Accuracy(IEnumerable<Measurement> measurements)
    {
        double[] each = [.. measurements.Select(one => one.Items.Average(item => item.Score))];
        return each.Length == 0 ? double.NaN : each.Average();
    }

    private static string Word(PromptMode mode) => mode == PromptMode.Think ? "think" : "direct";

    private static string TitleOf(string metric) => metric switch
    {
        "harmonicMean" => "HM",
        "pAcc" => "P-acc",
        "nAcc" => "N-acc",
        "knownPresent" => "known, present",
        "knownAbsent" => "known, absent",
        "newPresent" => "new, present",
        "newAbsent" => "new, absent",
        _ => metric,
    };
}
