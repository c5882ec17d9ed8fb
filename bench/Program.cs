using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ViSurf.Bench.Scheduling;

if (args is ["scheduler", .. string[] rest])
{
    // --tiny: does it still run? Without: the figures, some ten minutes.
    SchedulerBench bench = new(TimeProvider.System);
    SchedulerBench.Report report = rest.Contains("--tiny")
        ? await bench.RunAsync([200], 1_000)
        : await bench.RunAsync([1_000, 10_000, 100_000], 100_000);
    Console.WriteLine(rest.Contains("--json") ? report.Json() : report.Text());
    return;
}

// One thread, as each run of the trainer has. In process: the natives lie beside this program.
set_num_threads(1);
IConfig config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumn(StatisticColumn.OperationsPerSecond, BaselineRatioColumn.RatioMean)
    .WithOptions(ConfigOptions.JoinSummary);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
