using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;

namespace ViSurf.Bench.Scheduling;

/// <summary>The embedded cluster in a folder, with a trainer that does nothing.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly IHost host;

    private BenchCluster(IHost host)
    {
        this.host = host;
    }

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public ISweepStore Sweeps => host.Services.GetRequiredService<ISweepStore>();

    public IdleTrainer Trainer => (IdleTrainer)host.Services.GetRequiredService<ITrainer>();

    /// <param name="slots">0 takes no work: everything stays queued.</param>
    public static async Task<BenchCluster> StartAsync(string folder, int slots)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.AddEmbeddedSilo(new() { StateFolder = folder, Slots = Math.Max(1, slots), Force = true });
        builder.Services.AddSingleton<ITrainer, IdleTrainer>();
        builder.Services.AddSingleton(new SlotSettings("bench", slots));
        BenchCluster cluster = new(builder.Build());
        await cluster.host.StartAsync();
        return cluster;
    }

    /// <summary>Submits experiments with one stage each, of a sweep that has no row of its own.</summary>
    /// <param name="callers">As many submits are under way at a time.</param>
    public Task SubmitAsync(string sweep, int count, int callers) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = callers },
        async (index, _) => await SubmitAsync(sweep, index));

    public ValueTask SubmitAsync(string sweep, int index)
    {
        ExperimentSpec spec = new()
        {
            Name = $"{sweep}/{index}",
            Model = new() { Path = "none" },
            Data = new() { Benchmark = "mini-mix" },
            Method = new() { Name = "base" },
        };
        return Grains.GetGrain<IExperimentGrain>(IdOf(sweep, index)).SubmitAsync(
            new(sweep, "row", index, spec, [new(StagePlanner.Evaluate, $"{sweep}-{index}", 1)]));
    }

    public static string IdOf(string sweep, int index) => $"{sweep}/{index}";

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
