using System.Text.Json.Nodes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ViSurf.Bench;
using ViSurf.Bench.Coverage;
using ViSurf.Bench.Folders;
using ViSurf.Bench.Memory;
using ViSurf.Bench.Metrics;
using ViSurf.Bench.Sampling;
using ViSurf.Bench.Scheduling;
using ViSurf.Bench.Search;
using ViSurf.Bench.Training;
using ViSurf.Training.Data;
using ViSurf.Training.Trainer;

// One thread, as each run of the trainer has.
TorchThreads.UseOneARun();
if (args is ["memory", "--one", string setting, string file])
{
    Console.WriteLine(MemoryBench.RunOne(setting, file));
    return;
}

bool isTiny = args.Contains("--tiny"); // does it still run?
string tokenizer = args.SkipWhile(word => word != "--tokenizer").ElementAtOrDefault(1) ?? Assets.Find("models/tiny-base");
string curves = args.SkipWhile(word => word != "--curves").ElementAtOrDefault(1) ?? Assets.Find("bench/Search/curves.csv");
Dictionary<string, Func<Task<IReport>>> measurements = new()
{
    ["scheduler"] = async () => await new SchedulerBench(TimeProvider.System, Environment.GetEnvironmentVariable("VISURF_POSTGRES"))
        .RunAsync(isTiny ? SchedulerBench.Size.Tiny : args.Contains("--short") ? SchedulerBench.Size.Short : SchedulerBench.Size.Full),
    ["metrics"] = async () => await new MetricsBench(TimeProvider.System, Environment.GetEnvironmentVariable("VISURF_POSTGRES"))
        .RunAsync(isTiny ? MetricsBench.Size.Tiny : MetricsBench.Size.Full),
    ["training"] = () => Task.FromResult<IReport>(new TrainingBench(TimeProvider.System).Run(isTiny)),
    ["sampling"] = () =>
    {
        using MidSamplingBench bench = new(isTiny);
        return Task.FromResult<IReport>(bench.Run());
    },
    ["checkpoints"] = () => Task.FromResult<IReport>(new CheckpointBench(TimeProvider.System).Run(isTiny)),
    ["coverage"] = () => Task.FromResult<IReport>(CoverageBench.Run(isTiny)),
    ["memory"] = () => Task.FromResult<IReport>(MemoryBench.Run(isTiny)),
    ["search"] = () => Task.FromResult<IReport>(SearchBench.Run(curves, isTiny)),
    ["folders"] = () => Task.FromResult<IReport>(new FoldersBench(TimeProvider.System, isTiny ? 300 : 1_000, tokenizer).Run()),
};
string[] asked = [.. args.TakeWhile(measurements.ContainsKey)];
if (asked.Length > 0)
{
    JsonObject reports = [];
    foreach (string name in asked)
    {
        IReport report = await measurements[name]();
        reports[name] = JsonNode.Parse(report.Json());
        if (!args.Contains("--json"))
        {
            Console.WriteLine($"{name}\n{report.Text()}");
        }
    }

    if (args.Contains("--json"))
    {
        Console.WriteLine((asked.Length == 1 ? reports[asked[0]]! : reports).ToJsonString());
    }

    return;
}

// In process: the natives lie beside this program.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumn(StatisticColumn.OperationsPerSecond, BaselineRatioColumn.RatioMean)
    .WithOptions(ConfigOptions.JoinSummary);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
