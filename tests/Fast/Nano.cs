using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Pretraining;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Fast;

/// <summary>A model so small that a training step takes milliseconds: the real classes, one layer each, untrained.</summary>
internal static class Nano
{
    private static readonly Lazy<string> Made = new(Make);

    public static Atlas Atlas { get; } = new(Repository.File("data", "objects"));

    public static string Folder => Made.Value;

    public static Policy Policy() => ViSurf.Training.Policies.Policy.Load(Folder);

    /// <summary>An experiment of a few steps.</summary>
    public static ExperimentSpec Spec(string method) => new()
    {
        Name = "nano",
        Model = new() { Path = Folder },
        Data = new() { Benchmark = "mini-mix", Labels = 24 },
        Method = new() { Name = method, GroupSize = 3, MaxTokens = 24 },
        Sft = new() { Prompts = 32, PromptsPerStep = 4, CheckpointEvery = 2, EvaluateEvery = 4, LearningRate = 1e-2 },
        Rl = new() { Prompts = 32, PromptsPerStep = 4, CheckpointEvery = 2, EvaluateEvery = 4, LearningRate = 1e-2 },
        Evaluate = new() { Items = 2, DevItems = 2 },
    };

    /// <summary>A sweep of rows named after their methods, with two seeds.</summary>
    public static SweepSpec Sweep(params string[] methods) => new()
    {
        Name = "nano",
        Base = JsonNode.Parse("""
            { "model": { "path": "none" }, "data": { "benchmark": "mini-mix" }, "evaluate": { "items": 2, "devItems": 2 } }
            """)!,
        Rows = [.. methods.Select(method => new RowSpec { Method = method })],
        Seeds = [1, 2],
    };

    /// <summary>The settings of an experiment's last stage.</summary>
    public static StageSettings Settings(ExperimentSpec spec) => new ExperimentPlan(spec, Atlas).Stages[^1].Settings;

    public static DrawnExamples Examples(int count = 24) => new(new MiniMixBenchmark(), Atlas, Split.Train, 1, count);

    /// <summary>A trainer of an experiment's last stage.</summary>
    public static StageTrainer Trainer(ExperimentSpec spec, Policy policy) => new(policy, null, Settings(spec), Examples());

    private static string Make()
    {
        string folder = Directory.CreateTempSubdirectory("visurf-nano-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        TinyPreset.Write(folder, Atlas, seed: 1);
        string path = Path.Combine(folder, "config.json");
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        foreach ((string name, JsonNode value) in new (string, JsonNode)[]
        {
            ("hidden_size", 16), ("intermediate_size", 24), ("num_hidden_layers", 1), ("num_attention_heads", 2),
                ("num_key_value_heads", 1), ("initializer_range", 0.3),
        })
        {
            config[name] = value;
        }

        config["rope_scaling"]!["mrope_section"] = new JsonArray(1, 1, 2);
        foreach ((string name, JsonNode value) in new (string, JsonNode)[]
        {
            ("depth", 1), ("hidden_size", 16), ("intermediate_size", 24), ("num_heads", 2), ("out_hidden_size", 16),
                ("fullatt_block_indexes", new JsonArray(0)),
        })
        {
            config["vision_config"]![name] = value;
        }

        File.WriteAllText(path, config.ToJsonString());
        ModelConfig read = ConfigFile.Read(path);
        using VisionLanguageModel model = new(read, new DrawnWeights(1, read.InitializerRange));
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), model.Weights.Named);
        return folder;
    }
}
