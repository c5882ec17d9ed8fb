using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf plan: what a sweep would run.</summary>
internal static class PlanVerb
{
    public static Command Make()
    {
        Argument<string> file = new("file") { Description = "Sweep file, YAML or JSON." };
        ServerFlags flags = new();
        Command command = new("plan", "Says what a sweep would run; asks no server unless one is there.") { file };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            SweepSpec spec = SpecText.ReadFile<SweepSpec>(Assets.Find(parsed.GetRequiredValue(file)));
            SweepPlan plan = await AskedAsync(flags, parsed, spec, stop)
                ?? new SweepPlanner(new StagePlanner(new Atlas(Assets.Objects))).Plan(spec);
            if (flags.IsJson(parsed))
            {
                Show.Json(plan);
            }
            else
            {
                Print(plan);
            }

            return 0;
        });
        return command;
    }

    private static async Task<SweepPlan?> AskedAsync(ServerFlags flags, ParseResult parsed, SweepSpec spec, CancellationToken stop)
    {
        try
        {
            return await flags.Connect(parsed).PlanAsync(spec, stop);
        }
        catch (Fault fault) when (fault.Code == FaultCode.Unavailable && !flags.IsNamed(parsed))
        {
            return null; // none was asked for, and none runs here
        }
    }

    private static void Print(SweepPlan plan)
    {
        string shared = plan.TrainingStages == plan.TrainingStagesAlone ? "" : $" ({plan.TrainingStagesAlone} without sharing)";
        Console.Out.WriteLine($"{plan.Name}: {plan.Cells.Count} experiments, {plan.TrainingStages} training stages{shared}"
            + (plan.StoredStages == 0 ? "" : $", {plan.StoredStages} stages stored already"));
        Show.Table(["row", "seed", "method", "stages", "spec"], plan.Cells.Select(cell => (string[])
            [cell.Row, $"{cell.Seed}", cell.Method,
                string.Join(", ", cell.Stages.Select(Words)), cell.SpecId]));
    }

    private static string Words(StagePlan stage) => stage.Steps == 1 ? stage.Name : $"{stage.Name} {stage.Steps} steps";
}
