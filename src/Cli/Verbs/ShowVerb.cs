using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf show: one sweep with its experiments, or one experiment with its stages.</summary>
internal static class ShowVerb
{
    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "A sweep's id, or an experiment's: sweep/spec." };
        ServerFlags flags = new();
        Command command = new("show", "Shows a sweep and its experiments, or one experiment and its stages.") { id };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            ViSurfClient client = flags.Connect(parsed);
            string asked = parsed.GetRequiredValue(id);
            await (asked.Contains('/')
                ? ExperimentAsync(client, asked, flags.IsJson(parsed), stop)
                : SweepAsync(client, asked, flags.IsJson(parsed), stop));
            return 0;
        });
        return command;
    }

    private static async Task SweepAsync(ViSurfClient client, string id, bool json, CancellationToken stop)
    {
        SweepView sweep = await client.GetSweepAsync(id, stop);
        List<ExperimentView> experiments = await client.ListExperimentsAsync(id, null, stop).ToListAsync(stop);
        if (json)
        {
            Show.Json(new { sweep, experiments });
            return;
        }

        Console.Out.WriteLine($"{sweep.Id}: {sweep.Name}, revision {sweep.Revision}, {SpecJson.Word(sweep.Phase)}, "
            + $"{Show.Counts(sweep.Experiments)}");
        Show.Table(["id", "row", "seed", "phase", "at", "attempts", "failures", "failure", "reason"], experiments.Select(one => (string[])
            [one.Id, one.Row, $"{one.Seed}", SpecJson.Word(one.Phase), Place(one), $"{one.Attempt}", $"{one.Failures}",
                one.Failure is { } failure ? SpecJson.Word(failure.Kind) : "", one.Reason ?? ""]));
    }

    private static async Task ExperimentAsync(ViSurfClient client, string id, bool json, CancellationToken stop)
    {
        ExperimentView experiment = await client.GetExperimentAsync(id, stop);
        HashSet<string> keys = [.. experiment.Stages.Select(stage => stage.Key)];
        Dictionary<string, StageView> stages = (await client.ListStagesAsync(experiment.Sweep, stop).ToListAsync(stop))
            .Where(stage => keys.Contains(stage.Key)).ToDictionary(stage => stage.Key);
        if (json)
        {
            Show.Json(new { experiment, stages = stages.Values });
            return;
        }

        Console.Out.WriteLine($"{experiment.Id}: {experiment.Row} #{experiment.Seed}, {SpecJson.Word(experiment.Phase)}, "
            + $"attempts {experiment.Attempt}, failures {experiment.Failures}{(experiment.Slot is null ? "" : $", on {experiment.Slot}")}");
        Console.Out.WriteLine($"queued {Show.Time(experiment.QueuedAt)}, started {Show.Time(experiment.StartedAt)}, "
            + $"ended {Show.Time(experiment.EndedAt)}");
        if (experiment.Reason is { } reason)
        {
            Console.Out.WriteLine($"reason: {reason}");
        }

        if (experiment.Failure is { } failure)
        {
            Console.Out.WriteLine($"failure: {SpecJson.Word(failure.Kind)} at {Show.Time(failure.At)}");
        }

        foreach (string waits in experiment.Waits)
        {
            Console.Out.WriteLine($"waits: {waits}");
        }

        Show.Table(["stage", "state", "step", "by", "reused", "started from", "key"], experiment.Stages.Select(plan => Line(
            plan, stages.GetValueOrDefault(plan.Key), experiment.Lineage.FirstOrDefault(stage => stage.Key == plan.Key))));
    }

    private static string[] Line(StagePlan plan, StageView? stored, StageLineage? came) =>
    [
        plan.Name, stored is null ? "" : SpecJson.Word(stored.State), $"{stored?.Step ?? 0}/{plan.Steps}", came?.By ?? stored?.Owner ?? "",
        came is null ? "" : came.IsReused ? "yes" : "no", came is null ? "" : came.StartedFrom ?? "the base model", plan.Key,
    ];

    private static string Place(ExperimentView one) => one.StageIndex >= one.Stages.Count
        ? ""
        : $"{one.Stages[one.StageIndex].Name} {one.Step}/{one.Stages[one.StageIndex].Steps}";
}
