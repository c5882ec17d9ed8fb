using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Planning;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf plan: what a sweep would run, and what that would take.</summary>
internal static class PlanVerb
{
    public static Command Make()
    {
        Argument<string> file = new("file") { Description = "Sweep file, YAML or JSON." };
        Option<string> device = Flag.Optional("--device",
            "The device of each slot: cpu, a thread of this machine, or a GPU such as h100, h200, a100-80, l40s.", "cpu");
        Option<int> slots = Flag.Optional("--slots", "Slots beside each other.", Environment.ProcessorCount);
        ServerFlags flags = new();
        Command command = new("plan", "Says what a sweep would run and take; asks no server unless one is there.") { file, device, slots };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            Torch.UseOneThreadARun();
            SweepSpec spec = SpecText.ReadFile<SweepSpec>(Assets.Find(parsed.GetRequiredValue(file)));
            int beside = parsed.GetValue(slots);
            Fault.Unless(beside is >= 1 and <= 10_000, FaultCode.SpecInvalid, "--slots", $"is {beside}; allowed: 1 to 10000");
            DeviceKind kind = parsed.GetValue(device) is "cpu"
                ? DeviceKind.Processor(TimeProvider.System, beside)
                : DeviceKind.Of(parsed.GetValue(device)!, "--device");
            Atlas atlas = new(Assets.Objects);
            (SweepPlan plan, ViSurfClient? asked) = await PlanAsync(flags, parsed, spec, atlas, stop);
            StageEstimate[] estimates = Estimate(spec, plan, atlas, kind);
            StageEstimate[] middle = spec.Search is null ? [] : Middle(spec, atlas, kind);
            PlanText text = new(plan, estimates, kind, spec.Retention)
            {
                HoursAtMost = spec.Search is null ? null : middle.Sum(one => one.Hours) * spec.Search.Trials * spec.Seeds.Count,
                Past = asked is null
                    ? []
                    : await PastStages.ReadAsync(asked, [.. estimates.Select(one => one.Memory.Stage)], atlas, kind, stop),
            };
            if (flags.IsJson(parsed))
            {
                Console.Out.WriteLine(text.Json().ToJsonString(SpecJson.Options));
            }
            else
            {
                text.Print(beside);
            }

            foreach (StageEstimate estimate in estimates.Concat(middle))
            {
                estimate.Memory.DemandFits(kind.Memory);
            }

            return 0;
        });
        return command;
    }

    private static async Task<(SweepPlan Plan, ViSurfClient? Asked)> PlanAsync(
        ServerFlags flags, ParseResult parsed, SweepSpec spec, Atlas atlas, CancellationToken stop)
    {
        try
        {
            ViSurfClient client = flags.Connect(parsed);
            return (await client.PlanAsync(spec, stop), client);
        }
        catch (Fault fault) when (fault.Code == FaultCode.Unavailable && !flags.IsNamed(parsed))
        {
            return (new SweepPlanner(new StagePlanner(atlas)).Plan(spec), null); // none was asked for, and none runs here
        }
    }

    // The stages of a trial in the middle of a search's space.
    private static StageEstimate[] Middle(SweepSpec spec, Atlas atlas, DeviceKind device)
    {
        SearchSpace space = SearchSpace.Of(spec);
        ExperimentSpec middle = space.Cell(space.Ends().First(), spec.Seeds[0]).Spec;
        return [.. StageEstimate.Of(new ExperimentPlan(middle, atlas, isPreview: true), device)];
    }

    // Each training stage once, by its key in the plan: the cells are the same, in the same order.
    private static StageEstimate[] Estimate(SweepSpec spec, SweepPlan plan, Atlas atlas, DeviceKind device)
    {
        Dictionary<string, StageEstimate> estimates = [];
        foreach ((SweepCell cell, PlannedCell planned) in Sweep.Expand(spec).Zip(plan.Cells))
        {
            StagePlan[] training = [.. planned.Stages.Where(stage => stage.Name != StagePlanner.Evaluate)];
            if (training.All(stage => estimates.ContainsKey(stage.Key)))
            {
                continue;
            }

            IReadOnlyList<StageEstimate> own = StageEstimate.Of(new ExperimentPlan(cell.Spec, atlas, isPreview: true), device);
            foreach ((StagePlan stage, StageEstimate estimate) in training.Zip(own))
            {
                estimates.TryAdd(stage.Key, estimate with { Key = stage.Key });
            }
        }

        return [.. estimates.Values];
    }
}
