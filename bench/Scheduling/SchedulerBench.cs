using System.Text.Json;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Bench.Scheduling;

/// <summary>What the platform itself costs: experiments that do nothing, with state, read-model row, stage, events, result and a
/// device thread each, on one SQLite file with synchronous FULL.</summary>
internal sealed class SchedulerBench(TimeProvider clock)
{
    private const int Slots = 64;
    private const int Callers = 64;
    private const int Rounds = 3;
    private const int Singles = 200;

    /// <param name="queued">Numbers of experiments of the throughput rounds.</param>
    /// <param name="rebuilt">Rows that the scheduler is rebuilt from.</param>
    public async Task<Report> RunAsync(IReadOnlyList<int> queued, int rebuilt)
    {
        Dictionary<int, double[]> rates = [];
        foreach (int count in queued)
        {
            rates[count] = [];
            for (int round = 0; round < Rounds; round++)
            {
                rates[count] = [.. rates[count], await InFolderAsync(folder => RateAsync(folder, count))];
            }
        }

        (double p50, double p99) = await InFolderAsync(IdleLatencyAsync);
        double rebuild = await InFolderAsync(folder => RebuildAsync(folder, rebuilt));
        Dictionary<int, Rate> medians = rates.ToDictionary(pair => pair.Key, pair => new Rate(Median(pair.Value), pair.Value));
        return new(Slots, medians, p50, p99, rebuilt, rebuild);
    }

    // From the first submit to the last experiment stored as succeeded.
    private async Task<double> RateAsync(string folder, int count)
    {
        await using BenchCluster cluster = await BenchCluster.StartAsync(folder, Slots);
        await WarmUpAsync(cluster);
        long start = clock.GetTimestamp();
        await cluster.SubmitAsync("rate", count, Callers);
        await EndedAsync(cluster, "rate");
        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        IReadOnlyDictionary<Phase, int> ended = await cluster.Sweeps.CountAsync("rate");
        Fault.Unless(ended.GetValueOrDefault(Phase.Succeeded) == count, FaultCode.Conflict, "rate", $"only {ended.Count} succeeded");
        return count / seconds;
    }

    // One at a time on an idle cluster: from the call to the first line on the slot's thread.
    private async Task<(double P50, double P99)> IdleLatencyAsync(string folder)
    {
        await using BenchCluster cluster = await BenchCluster.StartAsync(folder, Slots);
        await WarmUpAsync(cluster);
        double[] milliseconds = new double[Singles];
        for (int i = 0; i < Singles; i++)
        {
            long start = clock.GetTimestamp();
            await cluster.SubmitAsync("single", i);
            await EndedAsync(cluster, "single");
            milliseconds[i] = clock.GetElapsedTime(start, cluster.Trainer.StartedAt[BenchCluster.IdOf("single", i)]).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        return (milliseconds[Singles / 2], milliseconds[Singles * 99 / 100]);
    }

    private async Task<double> RebuildAsync(string folder, int rows)
    {
        await using (BenchCluster writing = await BenchCluster.StartAsync(folder, slots: 0))
        {
            await writing.SubmitAsync("queued", rows, Callers);
        }

        await using BenchCluster reading = await BenchCluster.StartAsync(folder, slots: 0);
        long start = clock.GetTimestamp();
        await reading.Grains.GetGrain<ISchedulerGrain>("rebuilt").SlotsAsync();
        return clock.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task WarmUpAsync(BenchCluster cluster)
    {
        await cluster.SubmitAsync("warm", 500, Callers);
        await EndedAsync(cluster, "warm");
    }

    private static async Task EndedAsync(BenchCluster cluster, string sweep)
    {
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(1));
        while (await cluster.Sweeps.HasOpenAsync(sweep))
        {
            await look.WaitForNextTickAsync();
        }
    }

    private static async Task<T> InFolderAsync<T>(Func<string, Task<T>> run)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("visurf-bench-");
        try
        {
            return await run(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    /// <param name="PerSecond">The median of the rounds.</param>
    internal sealed record Rate(double PerSecond, IReadOnlyList<double> Rounds);

    /// <summary>What was measured: experiments a second by how many were submitted; milliseconds; seconds.</summary>
    internal sealed record Report(
        int Slots, IReadOnlyDictionary<int, Rate> Rates, double StartP50, double StartP99, int RebuiltRows, double RebuildSeconds)
    {
        public string Json() => JsonSerializer.Serialize(this, SpecJson.Options);

        public string Text() => string.Join('\n',
        [
            .. Rates.Select(rate => $"{rate.Key} experiments: {rate.Value.PerSecond:0}/s "
                + $"(rounds {string.Join(", ", rate.Value.Rounds.Select(one => $"{one:0}"))})"),
            $"idle submit -> thread started: p50 {StartP50:0.0} ms, p99 {StartP99:0.0} ms",
            $"scheduler rebuilt from {RebuiltRows} rows: {RebuildSeconds:0.00} s",
        ]);
    }
}
