using Microsoft.Extensions.DependencyInjection;
using ViSurf.Bench.Scheduling;
using ViSurf.Grains;
using ViSurf.Storage;

namespace ViSurf.Bench.Metrics;

/// <summary>What experiments say of their steps while they run, from slot to store: how many numbers a second one control silo
/// takes, and what that costs those who write beside it.</summary>
/// <remarks>Silo, slots and whoever speaks for the trainers are one process. Each experiment has a thread, a lease, heartbeats.
/// </remarks>
/// <param name="postgres">The connection string of a server for the second half; null leaves it out.</param>
internal sealed class MetricsBench(TimeProvider clock, string? postgres)
{
    private const int NamesOfStep = 20; // as a training step has
    private const string Sweep = "metrics";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Lead = TimeSpan.FromSeconds(3); // until as much arrives as is sent
    private (Lease Lease, IAttemptControl Control)[] running = [];
    private long said;
    private long commits;

    public async Task<MetricsReport> RunAsync(Size size)
    {
        IReadOnlyList<Load> sqlite = await BenchPlace.UseAsync(null, place => MeasureAsync(place, size));
        return new(size.Experiments, NamesOfStep, sqlite,
            postgres is null ? null : await BenchPlace.DurabilityAsync(postgres),
            postgres is null ? null : await BenchPlace.UseAsync(postgres, place => MeasureAsync(place, size)));
    }

    private async Task<IReadOnlyList<Load>> MeasureAsync(BenchPlace place, Size size)
    {
        MetricsTrainer trainer = new();
        CountingStore? store = null;
        await using BenchCluster cluster = await BenchCluster.StartAsync(place, size.Experiments, trainer, services =>
            services.AddSingleton<IExperimentStore>(provider => store = new(place.Postgres is null
                ? provider.GetRequiredService<SqliteStorage>().Experiments
                : provider.GetRequiredService<PostgresStorage>().Experiments)));
        await cluster.SubmitAsync(Sweep, size.Experiments, callers: 64);
        using PeriodicTimer look = new(Tick, clock);
        while (trainer.Running.Count < size.Experiments)
        {
            await look.WaitForNextTickAsync();
        }

        (running, said, commits) = ([.. trainer.Running], 0, 0);
        List<Load> loads = [];
        foreach (int offered in size.PointsPerSecond)
        {
            loads.Add(await LoadAsync(cluster, store!, offered, size));
            if (loads[^1].Stored < 0.9 * offered)
            {
                break; // it stores as much as it can
            }
        }

        return loads;
    }

    // Says steps at a pace, whoever keeps up or not; commits at a pace of their own, each timed from when it was due.
    private async Task<Load> LoadAsync(BenchCluster cluster, CountingStore store, int offered, Size size)
    {
        List<Task<double>> took = [];
        using PeriodicTimer pace = new(Tick, clock);
        long start = clock.GetTimestamp();
        (long At, long Steps)? first = null;
        long before = said;
        while (clock.GetElapsedTime(start) is var passed && passed < Lead + size.Period)
        {
            await pace.WaitForNextTickAsync();
            while (said - before < (long)(passed.TotalSeconds * offered / NamesOfStep))
            {
                Say();
            }

            if (passed >= Lead)
            {
                first ??= (clock.GetTimestamp(), store.Steps);
                while (took.Count < (long)((passed - Lead).TotalSeconds * size.CommitsPerSecond))
                {
                    took.Add(CommitAsync(cluster));
                }
            }
        }

        double seconds = clock.GetElapsedTime(first!.Value.At).TotalSeconds;
        double stored = (store.Steps - first.Value.Steps) * NamesOfStep / seconds;
        Load load = new(offered, stored, Milliseconds.Of(await Task.WhenAll(took)));
        await DrainedAsync(store, pace);
        return load;
    }

    private void Say()
    {
        int step = (int)(said / running.Length) + 1;
        SortedDictionary<string, double> metrics = [];
        for (int name = 0; name < NamesOfStep; name++)
        {
            metrics[$"group/metric{name}"] = Math.Sin(said + name);
        }

        running[said++ % running.Length].Control.Stepped(new(step, "0123456789abcdef", metrics), int.MaxValue);
    }

    // An ordinary write of an experiment, in its turn: the checkpoint itself is none.
    private async Task<double> CommitAsync(BenchCluster cluster)
    {
        long start = clock.GetTimestamp();
        Lease lease = running[commits % running.Length].Lease;
        int step = (int)(commits++ / running.Length) + 1;
        await cluster.Grains.GetGrain<IExperimentGrain>(lease.ExperimentId).CommitAsync(
            lease, new($"{lease.ExperimentId}/f{lease.Fence}-s{step}", step, 1, new('0', 64)), new(StepRows.None));
        return clock.GetElapsedTime(start).TotalMilliseconds;
    }

    // What waits from one load is none of the next.
    private async Task DrainedAsync(CountingStore store, PeriodicTimer pace)
    {
        while (store.Steps < said)
        {
            await pace.WaitForNextTickAsync();
        }
    }

    /// <param name="Experiments">As many run.</param>
    /// <param name="PointsPerSecond">What is offered, load after load, until one is not kept up with.</param>
    /// <param name="Period">How long each load is measured.</param>
    /// <param name="CommitsPerSecond">Ordinary writes beside it.</param>
    internal sealed record Size(int Experiments, IReadOnlyList<int> PointsPerSecond, TimeSpan Period, int CommitsPerSecond)
    {
        public static Size Full { get; } = new(
            1_000, [0, 5_000, 20_000, 80_000, 320_000, 640_000, 1_280_000], TimeSpan.FromSeconds(15), 50);

        /// <summary>Does it still run?</summary>
        public static Size Tiny { get; } = new(20, [0, 1_000], TimeSpan.FromSeconds(2), 20);
    }
}
