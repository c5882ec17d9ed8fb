using System.CommandLine;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Devices;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Experiments;
using ViSurf.Training.Geometry;
using ViSurf.Training.Policies;
using ViSurf.Training.Reports;
using ViSurf.Training.Statistics;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf eval: scores a model on any Parquet file with the ViSurf columns.</summary>
internal static class EvalVerb
{
    private const long BootstrapSeed = 1;

    public static Command Make()
    {
        Option<string> model = Flag.Required<string>("--model", "Folder in Hugging Face's layout.");
        Option<string> data =
            Flag.Required<string>("--data", "Parquet file with id, problem, solution, image, img_height, img_width.");
        Option<string> benchmark = Flag.Required<string>("--benchmark", "The benchmark's name: prompt and metrics.");
        Option<string> frame =
            Flag.Optional("--frame", "Frame of the coordinates: image, or the side of a square such as 840.", "image");
        Option<PromptMode> prompt = Flag.Optional("--prompt", "think or direct.", PromptMode.Think);
        Option<int> maxTokens = Flag.Optional("--max-tokens", "The longest response.", 32);
        Option<int> rollouts = Flag.Optional("--rollouts", "Responses to each example, all of them scored.", 1);
        Option<double> temperature = Flag.Optional("--temperature", "0 takes the likeliest token each time.", 0.0);
        Option<double> topP = Flag.Optional("--top-p", "Draws from the smallest set of tokens that holds this much probability.", 1.0);
        Option<int> topK = Flag.Optional<int>("--top-k", "Draws from this many likeliest tokens; 0 leaves all.");
        Option<double> minP = Flag.Optional("--min-p", "Draws from tokens with this share of the likeliest one's probability.", 0.0);
        Option<string[]> stopTexts = new("--stop") { Description = "A text that ends a response; may be given several times." };
        Option<string> device = Flag.Optional("--device", "cpu, cuda, cuda:N; auto is the first GPU where there is one.", "auto");
        Option<WeightType> dtype = Flag.Optional("--dtype", "How wide the weights are: float32 or bfloat16.", WeightType.Float32);
        Option<int> batchTokens = Flag.Optional<int>("--batch-tokens", "Padded tokens of prompts that are read at a time; 0 is no limit.");
        Option<long> seed = Flag.Optional("--seed", "Seed of the draws.", 1L);
        Option<bool> json = Flag.Optional<bool>("--json", "Print JSON, every item included.");
        Command command = new("eval", "Scores a model on a Parquet file.")
        {
            model, data, benchmark, frame, prompt, maxTokens, rollouts, temperature, topP, topK, minP, stopTexts, device, dtype,
            batchTokens, seed, json,
        };
        command.SetAction((parsed, stop) =>
        {
            Torch.UseOneThreadARun();
            Benchmark chosen = Catalogs.Benchmarks.Make(parsed.GetRequiredValue(benchmark), "--benchmark");
            DeclaredBenchmark.Refuse(chosen, "--benchmark");
            new DataSpec { Benchmark = chosen.BenchmarkName, Frame = parsed.GetValue(frame)! }.Checked("--data");
            ExampleSource examples = ParquetData.Read(parsed.GetRequiredValue(data), chosen);
            Frame? own = ExperimentPlan.FrameOf(parsed.GetValue(frame)!);
            Decoding decoding = Checked(new(parsed.GetValue(maxTokens), parsed.GetValue(temperature), parsed.GetValue(topP),
                parsed.GetValue(rollouts), parsed.GetValue(seed))
            {
                TopK = parsed.GetValue(topK),
                MinP = parsed.GetValue(minP),
                Stop = parsed.GetValue(stopTexts) ?? [],
                BatchTokens = parsed.GetValue(batchTokens),
            });
            ModelSpec held = new() { Path = parsed.GetRequiredValue(model), Dtype = parsed.GetValue(dtype) };
            using Policy policy = Policy.Load(Assets.Find(held.Path), held, decoding.Seed, weightsFile: null,
                DeviceChoice.One(parsed.GetValue(device)!, "--device"));
            ItemScore[] scores = new Evaluator(policy, decoding)
                .Score(chosen, parsed.GetValue(prompt), examples, own, stop);
            JsonObject result = Result(chosen, scores, TrivialPolicies.Score(chosen, examples, own, BootstrapSeed));
            Console.Out.WriteLine(parsed.GetValue(json) ? result.ToJsonString(SpecJson.Options) : Summary(result));
            return Task.FromResult(0);
        });
        return command;
    }

    private static Decoding Checked(Decoding decoding)
    {
        Fault.Unless(decoding.MaxTokens is >= 1 and <= 100_000, FaultCode.SpecInvalid, "--max-tokens",
            $"is {decoding.MaxTokens}; allowed: 1 to 100000");
        Fault.Unless(decoding.Rollouts is >= 1 and <= 1024, FaultCode.SpecInvalid, "--rollouts",
            $"is {decoding.Rollouts}; allowed: 1 to 1024");
        Fault.Unless(decoding.Temperature is >= 0 and <= 100, FaultCode.SpecInvalid, "--temperature",
            $"is {decoding.Temperature}; allowed: 0 to 100");
        Fault.Unless(decoding.TopP is > 0 and <= 1, FaultCode.SpecInvalid, "--top-p", $"is {decoding.TopP}; allowed: above 0, at most 1");
        Fault.Unless(decoding.TopK is >= 0 and <= 1_000_000, FaultCode.SpecInvalid, "--top-k",
            $"is {decoding.TopK}; allowed: 0 to 1000000");
        Fault.Unless(decoding.MinP is >= 0 and <= 1, FaultCode.SpecInvalid, "--min-p", $"is {decoding.MinP}; allowed: 0 to 1");
        Fault.Unless(decoding.BatchTokens is >= 0 and <= 1_000_000_000, FaultCode.SpecInvalid, "--batch-tokens",
            $"is {decoding.BatchTokens}; allowed: 0 to 1000000000");
        Fault.Unless(!decoding.Stop.Contains(""), FaultCode.SpecInvalid, "--stop", "is empty; allowed: a text of a letter or more");
        Fault.Unless(decoding.Rollouts == 1 || decoding.Temperature > 0, FaultCode.SpecInvalid, "--rollouts",
            $"is {decoding.Rollouts}; allowed: 1 where --temperature is 0, because all would be the same");
        return decoding;
    }

    private static JsonObject Result(Benchmark benchmark, ItemScore[] scores, IReadOnlyDictionary<string, ItemScore[]> policies) => new()
    {
        ["benchmark"] = benchmark.BenchmarkName,
        ["n"] = scores.Length,
        ["metrics"] = Metrics(benchmark, scores),
        ["parseFailureRate"] = scores.Average(score => score.IsParsed ? 0.0 : 1),
        ["thinkRate"] = scores.Average(score => score.HasThought ? 1.0 : 0),
        ["policies"] = new JsonObject(policies
            .Select(policy => KeyValuePair.Create(policy.Key, (JsonNode?)Metrics(benchmark, policy.Value)))),
        ["items"] = new JsonArray([.. scores.Select(Item)]),
    };

    private static JsonNode Item(ItemScore score)
    {
        JsonObject item = new() { ["id"] = score.Id, ["output"] = score.Output, ["score"] = score.Score };
        if (score.AbsentLogProb is { } absent)
        {
            item["absentLogProb"] = absent;
        }

        return item;
    }

    // Metrics of cells that the file does not hold are left out.
    private static JsonObject Metrics(Benchmark benchmark, ItemScore[] scores)
    {
        int[][] resamples = [.. ItemBootstrap.Draw([.. scores.Select(score => score.Cell)], BootstrapSeed, "eval")];
        JsonObject metrics = [];
        foreach (Metric metric in benchmark.Metrics)
        {
            double value = metric.Of(scores);
            if (!double.IsNaN(value))
            {
                double[] resampled = [.. resamples.Select(drawn => metric.Of([.. drawn.Select(i => scores[i])]))];
                metrics[metric.Name] = JsonReport.Of(ItemBootstrap.Interval(value, resampled));
            }
        }

        return metrics;
    }

    private static string Summary(JsonObject result)
    {
        IEnumerable<string> metrics = ((JsonObject)result["metrics"]!).Select(metric =>
            $"  {metric.Key,-18} {Number(metric.Value!, "value")} ({Number(metric.Value!, "low")}..{Number(metric.Value!, "high")})");
        IEnumerable<string> rates = new[] { "thinkRate", "parseFailureRate" }.Select(rate => $"  {rate,-18} {Number(result, rate)}");
        return string.Join('\n', [$"{result["benchmark"]}, {result["n"]} items", .. metrics, .. rates]);

        static string Number(JsonNode from, string name) => $"{from[name]!.GetValue<double>():0.000}";
    }
}
