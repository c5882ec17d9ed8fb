using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Bench.Scheduling;

/// <summary>What the platform itself costs: experiments that do nothing, with state, read-model row, stage, events, result and a
/// device thread each, on one SQLite file with synchronous FULL, and on PostgreSQL.</summary>
/// <param name="postgres">The connection string of a server for the second and for a peer; null leaves both out.</param>
internal sealed class SchedulerBench(TimeProvider clock, string? postgres)
{
    private const int Slots = 64;
    private const int Callers = 64;
    private const int Rounds = 3;
    private const int Singles = 200;

    /// <param name="size">How much is measured.</param>
    public async Task<SchedulerReport> RunAsync(Size size)
    {
        // A server runs for weeks; what its first seconds cost, while its code is compiled, is measured nowhere here.
        await BenchPlace.UseAsync(null, place => RateAsync(place, size.WarmUp));
        return new(
            Slots,
            await RatesAsync(null, size),
            await BenchPlace.UseAsync(null, IdleLatencyAsync),
            size.Rebuilt,
            await BenchPlace.UseAsync(null, place => RebuildAsync(place, size.Rebuilt)),
            await BenchPlace.UseAsync(null, place => new CallsBench(clock).RunAsync(place, size.Calls)),
            postgres is null ? null : await OnPostgresAsync(postgres, size),
            postgres is null ? null : await new HangfireBench(clock, postgres).RunAsync(size.Jobs),
            [PeerScripts.Run("Slurm", "slurm-rate", size.Jobs), PeerScripts.Run("Dask", "dask-rate", size.Jobs)]);
    }

    private async Task<OnPostgres> OnPostgresAsync(string server, Size size)
    {
        await BenchPlace.UseAsync(server, place => RateAsync(place, size.WarmUp));
        return new(await BenchPlace.DurabilityAsync(server), await RatesAsync(server, size),
            await BenchPlace.UseAsync(server, IdleLatencyAsync));
    }

    private async Task<Dictionary<int, Rate>> RatesAsync(string? server, Size size)
    {
        Dictionary<int, List<double>> rates = size.Queued.ToDictionary(count => count, _ => new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (int count in size.Queued)
            {
                rates[count].Add(await BenchPlace.UseAsync(server, place => RateAsync(place, count)));
            }
        }

        return rates.ToDictionary(pair => pair.Key, pair => Rate.Of(pair.Value));
    }

    // From the first submit to the last experiment stored as succeeded.
    private async Task<double> RateAsync(BenchPlace place, int count)
    {
        await using BenchCluster cluster = await BenchCluster.StartAsync(place, Slots, new IdleTrainer(clock));
        await WarmUpAsync(cluster);
        long start = clock.GetTimestamp();
        await cluster.SubmitAsync("rate", count, Callers);
        await cluster.EndedAsync("rate");
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        IReadOnlyDictionary<Phase, int> ended = await cluster.Sweeps.CountAsync("rate");
        Fault.Unless(ended.GetValueOrDefault(Phase.Succeeded) == count, FaultCode.Conflict, "rate", $"only {ended.Count} succeeded");
        return count / seconds;
    }

    // One at a time on an idle cluster: from the call to the first line on the slot's thread.
    private async Task<Milliseconds> IdleLatencyAsync(BenchPlace place)
    {
        IdleTrainer trainer = new(clock);
        await using BenchCluster cluster = await BenchCluster.StartAsync(place, Slots, trainer);
        await WarmUpAsync(cluster);
        double[] took = new double[Singles];
        for (int i = 0; i < Singles; i++)
        {
            long start = clock.GetTimestamp();
            await cluster.SubmitAsync("single", i);
            await cluster.EndedAsync("single");
            took[i] = clock.GetElapsedTime(start, trainer.StartedAt[BenchCluster.IdOf("single", i)]).TotalMilliseconds;
        }

        return Milliseconds.Of(took);
    }

    private async Task<double> RebuildAsync(BenchPlace place, int rows)
    {
        IdleTrainer trainer = new(clock);
        await using (BenchCluster writing = await BenchCluster.StartAsync(place, slots: 0, trainer))
        {
            await writing.SubmitAsync("queued", rows, Callers);
        }

        await using BenchCluster reading = await BenchCluster.StartAsync(place, slots: 0, trainer);
        long start = clock.GetTimestamp();
        await reading.Grains.GetGrain<ISchedulerGrain>("rebuilt").SlotsAsync();
        return clock.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task WarmUpAsync(BenchCluster cluster)
    {
        await cluster.SubmitAsync("warm", 500, Callers);
        await cluster.EndedAsync("warm");
    }

    /// <param name="WarmUp">Experiments before anything is measured.</param>
    /// <param name="Queued">Numbers of experiments of the throughput rounds.</param>
    /// <param name="Rebuilt">Rows that the scheduler is rebuilt from.</param>
    /// <param name="Calls">Grain calls on an idle and on a training process.</param>
    /// <param name="Jobs">Jobs of each peer.</param>
    internal sealed record Size(int WarmUp, IReadOnlyList<int> Queued, int Rebuilt, int Calls, int Jobs)
    {
        public static Size Full { get; } = new(20_000, [1_000, 10_000, 100_000], 100_000, 5_000, 2_000);

        /// <summary>Minutes instead of an hour.</summary>
        public static Size Short { get; } = new(2_000, [1_000, 10_000], 10_000, 1_000, 1_000);

        /// <summary>Does it still run?</summary>
        public static Size Tiny { get; } = new(200, [200], 1_000, 100, 20);
    }
}
