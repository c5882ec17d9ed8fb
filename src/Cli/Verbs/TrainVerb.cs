using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Cli.Output;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Devices;
using ViSurf.Training.Experiments;
using ViSurf.Training.Model;
using ViSurf.Training.Planning;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;
using Device = TorchSharp.torch.Device;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf train: one experiment in the foreground; leaves a Hugging Face folder and its metrics.</summary>
internal static class TrainVerb
{
    public static Command Make()
    {
        Argument<string> spec = new("spec") { Description = "Experiment file, YAML or JSON." };
        Option<string> output =
            Flag.Required<string>("--out", "Folder for the trained model and metrics.jsonl; its .visurf holds the state.");
        Option<string> device = Flag.Optional("--device",
            "cpu, cuda, cuda:N; auto is the first GPU, and the processor where there is none.", "auto");
        Option<bool> json = Flag.Optional<bool>("--json", "Print the result as JSON.");
        Command command = new("train", "Trains one experiment in the foreground.") { spec, output, device, json };
        command.SetAction(async (parsed, stop) =>
        {
            Torch.UseOneThreadARun();
            Device chosen = DeviceChoice.One(parsed.GetValue(device)!, "--device");
            ExperimentSpec experiment = SpecText.ReadFile<ExperimentSpec>(Assets.Find(parsed.GetRequiredValue(spec))).Checked();
            ExperimentPlan plan = new(experiment, new Atlas(Assets.Objects));
            Fault.Unless(plan.Stages.Count > 0, FaultCode.SpecInvalid, "method.name", $"'{experiment.Method.Name}' trains nothing");
            foreach (PlannedStage stage in plan.Stages)
            {
                StageEstimate.DemandFits(plan, stage, chosen, sharing: 1);
            }

            string folder = parsed.GetRequiredValue(output);
            StageResult[] stages = await TrainAsync(plan, chosen, folder, stop);
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new { experiment.Id, stages }, SpecJson.Options)
                : $"{experiment.Name} is trained; model and metrics.jsonl in {folder}");
            return 0;
        });
        return command;
    }

    private static async Task<StageResult[]> TrainAsync(ExperimentPlan plan, Device device, string folder, CancellationToken stop)
    {
        using StateFolder state = new(Path.Combine(folder, ".visurf"));
        ProgressScreen screen = new(TimeProvider.System);
        Task<StageResult[]> work = Task.Factory.StartNew(() => Run(plan, device, state, screen, stop),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await screen.FollowAsync(work);
        StageResult[] results = await work;
        CopyOut(plan, state, folder);
        return results;
    }

    private static StageResult[] Run(
        ExperimentPlan plan, Device device, StateFolder state, ProgressScreen screen, CancellationToken stop) =>
        [.. plan.Stages.Select((stage, i) =>
        {
            StageLine line = new(stage.Name, TimeProvider.System);
            screen.Set("train", line);
            string? before = i == 0 ? null : state.Stage(plan.Stages[i - 1].Key);
            string? start = before is null ? null : StageRunner.StartOf(before, plan.Spec.Model);
            void Warn(Fault fault) => screen.Say($"warning: {fault.Message}; the one before is used");
            StageWork work = plan.Work(i, start, () => StageRunner.CheckpointOf(before!, Warn)) with { Device = device };
            StageResult result = new StageRunner(
                work, state.Stage(stage.Key), record => line.Took(record.Step, stage.Settings.End, record.Metrics), Warn).Run(stop);
            screen.Say($"{stage.Name}: done");
            return result;
        })];

    private static void CopyOut(ExperimentPlan plan, StateFolder state, string folder)
    {
        string model = StageRunner.ModelOf(state.Stage(plan.Stages[^1].Key));
        foreach (string name in ModelFolder.FilesBeside.Append(WeightFiles.SingleFile)
            .Where(name => File.Exists(Path.Combine(model, name))))
        {
            File.Copy(Path.Combine(model, name), Path.Combine(folder, name), overwrite: true);
        }

        File.WriteAllLines(Path.Combine(folder, "metrics.jsonl"), plan.Stages.SelectMany(stage =>
            MetricsLog.Read(StageRunner.MetricsOf(state.Stage(stage.Key))).Select(record => Line(stage.Name, record))));
    }

    private static string Line(string stage, StepRecord record)
    {
        JsonObject line = new() { ["stage"] = stage };
        foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(record, SpecJson.Options)!.AsObject())
        {
            line[name] = value?.DeepClone();
        }

        return line.ToJsonString(SpecJson.Options);
    }
}
