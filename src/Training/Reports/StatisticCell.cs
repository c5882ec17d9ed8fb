using System.Globalization;
using ViSurf.Sdk;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>A row's value of a measure as text.</summary>
internal static class StatisticCell
{
    public const string Missing = "-";

    /// <summary>The value, with the interval or the deviation where there is one; bold and second as its column has it.</summary>
    public static ReportCell Of(StudyTable table, string label, int measure, ReportStatistic statistic) =>
        table.Value(label, measure) is not { } value
            ? new(Missing)
            : Text(value, [.. table.BySeed(label, measure)], statistic) with
            {
                Bold = table.IsBold(label, measure),
                IsSecond = table.IsSecond(label, measure),
            };

    public static string Range(Interval interval) =>
        double.IsInfinity(interval.Low) ? "" : $"{Number(interval.Low)}..{Number(interval.High)}";

    public static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static ReportCell Text(Interval value, double[] bySeed, ReportStatistic statistic) => statistic switch
    {
        ReportStatistic.MeanInterval => new(Number(value.Value), Range(value)),
        ReportStatistic.MeanStd when bySeed.Length > 1 => new($"{Number(value.Value)} \u00b1 {Number(PairedTest.Deviation(bySeed))}"),
        ReportStatistic.Median => new(Number(MathNet.Numerics.Statistics.Statistics.Median(bySeed))),
        _ => new(Number(value.Value)),
    };
}
