using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Cli.Output;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf train: one experiment in the foreground; leaves a Hugging Face folder and its metrics.</summary>
internal static class TrainVerb
{
    private static readonly string[] ModelFiles =
        ["config.json", "generation_config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json",
            "tokenizer_config.json"];

    public static Command Make()
    {
        Argument<string> spec = new("spec") { Description = "Experiment file, YAML or JSON." };
        Option<string> output =
            Flag.Required<string>("--out", "Folder for the trained model and metrics.jsonl; its .visurf holds the state.");
        Option<bool> json = Flag.Optional<bool>("--json", "Print the result as JSON.");
        Command command = new("train", "Trains one experiment in the foreground.") { spec, output, json };
        command.SetAction(async (parsed, stop) =>
        {
            Torch.UseOneThreadARun();
            ExperimentSpec experiment = SpecText.ReadFile<ExperimentSpec>(Assets.Find(parsed.GetRequiredValue(spec))).Checked();
            ExperimentPlan plan = new(experiment, new Atlas(Assets.Objects));
            Fault.Unless(plan.Stages.Count > 0, FaultCode.SpecInvalid, "method.name", $"'{experiment.Method.Name}' trains nothing");
            string folder = parsed.GetRequiredValue(output);
            StageResult[] stages = await TrainAsync(plan, folder, stop);
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new { experiment.Id, stages }, SpecJson.Options)
                : $"{experiment.Name} is trained; model and metrics.jsonl in {folder}");
            return 0;
        });
        return command;
    }

    private static async Task<StageResult[]> TrainAsync(ExperimentPlan plan, string folder, CancellationToken stop)
    {
        using StateFolder state = new(Path.Combine(folder, ".visurf"));
        ProgressScreen screen = new(TimeProvider.System);
        Task<StageResult[]> work = Task.Factory.StartNew(() => Run(plan, state, screen, stop),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await screen.FollowAsync(work);
        StageResult[] results = await work;
        CopyOut(plan, state, folder);
        return results;
    }

    private static StageResult[] Run(ExperimentPlan plan, StateFolder state, ProgressScreen screen, CancellationToken stop) =>
        [.. plan.Stages.Select((stage, i) =>
        {
            StageLine line = new(stage.Name, TimeProvider.System);
            screen.Set("train", line);
            string? start = i == 0 ? null : Path.Combine(StageRunner.ModelOf(state.Stage(plan.Stages[i - 1].Key)), "model.safetensors");
            StageResult result = new StageRunner(plan.Work(i, start), state.Stage(stage.Key),
                record => line.Took(record.Step, stage.Settings.Steps, record.Metrics),
                fault => screen.Say($"warning: {fault.Message}; the one before is used")).Run(stop);
            screen.Say($"{stage.Name}: done");
            return result;
        })];

    private static void CopyOut(ExperimentPlan plan, StateFolder state, string folder)
    {
        string model = StageRunner.ModelOf(state.Stage(plan.Stages[^1].Key));
        foreach (string name in ModelFiles.Where(name => File.Exists(Path.Combine(model, name))))
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
