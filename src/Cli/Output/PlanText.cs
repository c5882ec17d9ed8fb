using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Planning;

namespace ViSurf.Cli.Output;

/// <summary>A plan with its estimates, for people and for programs.</summary>
internal sealed class PlanText(SweepPlan plan, IReadOnlyList<StageEstimate> estimates, DeviceKind device, RetentionSpec? retention)
{
    private const double Gigabyte = 1e9;
    private readonly Dictionary<string, StageEstimate> byKey = estimates.ToDictionary(estimate => estimate.Key);
    private readonly HashSet<string> stored = [.. plan.StoredKeys];

    /// <summary>What stages of the same kinds took before.</summary>
    public IReadOnlyList<PastStages> Past { get; init; } = [];

    /// <summary>Of a search: hours, were every trial trained to its end as one in the middle of the space; null of others.</summary>
    public double? HoursAtMost { get; init; }

    // Of what is still to be trained.
    private double Hours => estimates.Where(estimate => !stored.Contains(estimate.Key)).Sum(estimate => estimate.Hours);

    private long Disk => estimates.Sum(estimate => estimate.Disk);

    // Those of the experiments whose checkpoints are largest: which are best is not known yet.
    private long DiskOfBest => plan.Cells.OrderByDescending(DiskOf).Take(retention?.KeepBest?.Models ?? 0)
        .SelectMany(cell => cell.Stages).DistinctBy(stage => stage.Key).Sum(stage => byKey.GetValueOrDefault(stage.Key)?.Disk ?? 0);

    public void Print(int slots)
    {
        string shared = plan.TrainingStages == plan.TrainingStagesAlone ? "" : $" ({plan.TrainingStagesAlone} without sharing)";
        Console.Out.WriteLine($"{plan.Name}: {plan.Cells.Count} experiments, {plan.TrainingStages} training stages{shared}"
            + (plan.StoredStages == 0 ? "" : $", {plan.StoredStages} stages stored already"));
        if (plan.Search is { } bound)
        {
            PrintBound(bound, slots);
            return;
        }

        Console.Out.WriteLine(Said($"training: about {Hours:0.##} hours of one {device.Name}, {Hours / slots:0.##} hours on {slots} ")
            + Said($"(responses at their longest, no evaluation); {device.Memory / Gigabyte:0.#} GB each"));
        foreach (PastStages past in Past)
        {
            Console.Out.WriteLine(Said($"measured on that server: {past.Count} {past.Stage} stages took {past.Median:0.##} ")
                + Said($"of this estimate ({past.Least:0.##} to {past.Most:0.##})"));
        }

        Console.Out.WriteLine($"checkpoints: {Size(Disk)}, the last two of each stage, " + (retention switch
        {
            null => "for ever",
            { KeepBest: { } best } =>
                $"for {retention.Days} days; then at most {Size(DiskOfBest)}, the best {best.Models} by {best.Metric}",
            _ => $"for {retention.Days} days; then none",
        }));
        Show.Table(["row", "seed", "method", "stages", "GB", "hours", "spec"], plan.Cells.Select(cell =>
        {
            StageEstimate[] own = [.. cell.Stages.Select(stage => byKey.GetValueOrDefault(stage.Key)).OfType<StageEstimate>()];
            return (string[])
            [
                cell.Row, $"{cell.Seed}", cell.Method, string.Join(", ", cell.Stages.Select(Words)),
                own.Length == 0 ? "" : Said($"{own.Max(stage => stage.Memory.Peak) / Gigabyte:0.0#}"),
                own.Length == 0 ? "" : Said($"{own.Sum(stage => stage.Hours):0.0##}"), cell.SpecId,
            ];
        }));
    }

    // What a search trains follows from its results.
    private void PrintBound(SearchBound bound, int slots)
    {
        string hours = HoursAtMost is { } most
            ? Said($", about {most:0.##} hours of one {device.Name}, {most / slots:0.##} hours on {slots} (responses at their longest, ")
                + "the rest of the space in its middle, no evaluation)"
            : "";
        Console.Out.WriteLine($"a search: at most {bound.Experiments} experiments and {bound.Steps} steps{hours}");
    }

    public JsonNode Json()
    {
        JsonNode json = JsonSerializer.SerializeToNode(plan, SpecJson.Options)!;
        json["device"] = new JsonObject { ["name"] = device.Name, ["memory"] = device.Memory };
        json["hours"] = HoursAtMost ?? Hours;
        json["checkpoints"] = new JsonObject { ["bytes"] = Disk };
        if (retention is not null)
        {
            json["checkpoints"]!["days"] = retention.Days;
            json["checkpoints"]!["bytesAfter"] = DiskOfBest;
        }

        json["estimates"] = new JsonArray([.. estimates.Select(estimate => (JsonNode)new JsonObject
        {
            ["key"] = estimate.Key,
            ["stage"] = estimate.Memory.Stage,
            ["peak"] = estimate.Memory.Peak,
            ["standing"] = Parts(estimate.Memory.Standing),
            ["inTurn"] = Parts(estimate.Memory.InTurn),
            ["hours"] = estimate.Hours,
            ["checkpoints"] = estimate.Disk,
        })]);
        json["past"] = JsonSerializer.SerializeToNode(Past, SpecJson.Options);
        return json;
    }

    private long DiskOf(PlannedCell cell) => cell.Stages.Sum(stage => byKey.GetValueOrDefault(stage.Key)?.Disk ?? 0);

    private static JsonObject Parts(IEnumerable<MemoryPart> parts) =>
        new(parts.Select(part => KeyValuePair.Create(part.Name, (JsonNode?)part.Bytes)));

    private static string Words(StagePlan stage) => stage.Steps == 1 ? stage.Name : $"{stage.Name} {stage.Steps} steps";

    private static string Size(long bytes) => bytes < Gigabyte / 10 ? Said($"{bytes / 1e6:0.#} MB") : Said($"{bytes / Gigabyte:0.#} GB");

    private static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
