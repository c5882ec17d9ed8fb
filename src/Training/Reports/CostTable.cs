using System.Globalization;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>What the rows of a study cost. A stage that several rows need counts fully for each of them, and once in the bill.</summary>
internal static class CostTable
{
    private const double Hour = 3600;
    private const double Mebibyte = 1 << 20;

    /// <summary>Means over seeds; of the peak memory the highest.</summary>
    public static ReportTable Of(string title, Study study) => new(title,
        ["", "prompts", "tokens sampled", "tokens trained", "CPU-h", "device-h", "peak MiB"],
        [.. study.Rows.Select(row => new ReportLine(row.Label, [.. Cells(row)]))]);

    /// <summary>Everything that was trained for the rows, each stage once.</summary>
    public static string Bill(Study study)
    {
        StageCost[] stages = [.. study.Rows.SelectMany(row => row.Results).SelectMany(result => result.Stages)
            .DistinctBy(stage => stage.Key).Select(stage => stage.Cost)];
        StageCost all = stages.Aggregate(new StageCost(), (sum, cost) => sum.Plus(cost));
        return string.Create(CultureInfo.InvariantCulture,
                $"The sweep's bill, each stage once: {all.Prompts:#,0} prompts, {all.TokensSampled:#,0} tokens sampled, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{all.TokensTrained:#,0} trained, {Hours(all.CpuSeconds)} CPU-h, {Hours(DeviceSeconds(stages))} device-h.");
    }

    private static IEnumerable<ReportCell> Cells(StudyRow row)
    {
        StageCost[] costs = [.. row.Results.Select(result => result.Cost())];
        yield return new(Whole(costs.Average(cost => cost.Prompts)));
        yield return new(Whole(costs.Average(cost => cost.TokensSampled)));
        yield return new(Whole(costs.Average(cost => cost.TokensTrained)));
        yield return new(Hours(costs.Average(cost => cost.CpuSeconds)));
        yield return new(Hours(DeviceHours(row) * Hour));
        yield return new(Peak([.. row.Results.SelectMany(result => result.Stages).Select(stage => stage.Cost)]));
    }

    // Where something else is in it, the stage took no more than that.
    private static string Peak(StageCost[] stages)
    {
        if (stages.Length == 0 || stages.Any(cost => cost.PeakBytes == 0))
        {
            return StatisticCell.Missing;
        }

        StageCost highest = stages.MaxBy(cost => cost.PeakBytes)!;
        return (highest.IsPeakShared ? "<= " : "") + Whole(highest.PeakBytes / Mebibyte);
    }

    /// <summary>How long a row's stages held their devices, mean over its results; null where a stage did not count it.</summary>
    public static double? DeviceHours(StudyRow row) =>
        DeviceSeconds(row.Results.SelectMany(result => result.Stages).Select(stage => stage.Cost)) / row.Results.Count / Hour;

    private static double? DeviceSeconds(IEnumerable<StageCost> stages) =>
        stages.All(cost => cost.DeviceSeconds > 0) ? stages.Sum(cost => cost.DeviceSeconds) : null;

    private static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Hours(double? seconds) =>
        (seconds / Hour)?.ToString("0.0###", CultureInfo.InvariantCulture) ?? StatisticCell.Missing;
}
