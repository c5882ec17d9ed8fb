using ViSurf.Training.Experiments;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>One number of a study: a row's value with one seed, or over all of them with its 95 % interval.</summary>
/// <param name="Seed">Null for the row's value.</param>
/// <param name="Benchmark">Null where the measure is about several.</param>
/// <param name="Low">Null where there is no interval.</param>
public sealed record ReportValue(string Row, int? Seed, string? Benchmark, string Measure, double Value, double? Low, double? High)
{
    /// <summary>Every number, by row and measure: the seeds' values, then the row's. What was not measured has none.</summary>
    public static IEnumerable<ReportValue> All(StudyReport report) =>
        from line in report.Table.Labels
        from measure in Enumerable.Range(0, report.Table.Measures.Count)
        let value = report.Table.Value(line.Label, measure)
        where value is not null
        from one in BySeed(report, line.Label, measure).Append(Over(report.Table, line.Label, measure, value.Value))
        select one;

    private static IEnumerable<ReportValue> BySeed(StudyReport report, string label, int measure)
    {
        IEnumerable<ExperimentResult> results = report.Study.Rows.FirstOrDefault(row => row.Label == label)?.Results ?? [];
        return results.Select(result => result.Spec.Seed).Distinct().Zip(report.Table.BySeed(label, measure),
            (seed, value) => Make(report.Table, label, measure, value) with { Seed = seed });
    }

    private static ReportValue Over(StudyTable table, string label, int measure, Interval value) =>
        Make(table, label, measure, value.Value) with { Low = Bound(value.Low), High = Bound(value.High) };

    private static ReportValue Make(StudyTable table, string label, int measure, double value) =>
        new(label, null, table.Measures[measure].Benchmark, table.Measures[measure].Name, value, null, null);

    private static double? Bound(double bound) => double.IsFinite(bound) ? bound : null;
}
