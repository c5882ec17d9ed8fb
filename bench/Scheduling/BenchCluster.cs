using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Silo;
using ViSurf.Storage;

namespace ViSurf.Bench.Scheduling;

/// <summary>The embedded cluster in a place of its own.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private const string Node = "bench"; // slots are pinned to the silo of their node
    private readonly IHost host;

    private BenchCluster(IHost host)
    {
        this.host = host;
    }

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public ISweepStore Sweeps => host.Services.GetRequiredService<ISweepStore>();

    public IStagePlanner Planner => host.Services.GetRequiredService<IStagePlanner>();

    /// <param name="slots">0 takes no work: everything stays queued.</param>
    /// <param name="trainer">The real one where none is given.</param>
    /// <param name="parts">Puts others in the place of parts.</param>
    public static async Task<BenchCluster> StartAsync(
        BenchPlace place, int slots, ITrainer? trainer = null, Action<IServiceCollection>? parts = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.AddEmbeddedSilo(new() { StateFolder = place.Folder, Node = Node, Slots = Math.Max(1, slots), Force = true });
        builder.Services.AddSingleton(new SlotSettings(Node, [.. Enumerable.Range(0, slots).Select(i => $"cpu:{i}")]));
        if (place.Postgres is not null)
        {
            builder.Services.AddPostgresStorage(place.Postgres) // what is added last is taken
                .AddSingleton<ICheckpointStore>(_ => new FileCheckpoints(place.Folder));
        }

        if (trainer is not null)
        {
            builder.Services.AddSingleton(trainer);
        }

        parts?.Invoke(builder.Services);
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
        return SubmitAsync(sweep, index, spec, [new(StagePlanner.Evaluate, $"{sweep}-{index}", 1)]);
    }

    public ValueTask SubmitAsync(string sweep, int index, ExperimentSpec spec, IReadOnlyList<StagePlan> stages) =>
        Grains.GetGrain<IExperimentGrain>(IdOf(sweep, index)).SubmitAsync(new(sweep, "row", index, spec, stages));

    public static string IdOf(string sweep, int index) => $"{sweep}/{index}";

    /// <summary>Waits until every experiment of a sweep has ended.</summary>
    public async Task EndedAsync(string sweep)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(20)); // to ask is work for the same server
        while (await Sweeps.HasOpenAsync(sweep))
        {
            await look.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
