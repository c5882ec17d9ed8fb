using System.Diagnostics;
using ViSurf.Chaos.Cluster;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Run;

/// <summary>How long work stands still after one mishap, on a cluster that has nothing else to do.</summary>
internal sealed class RecoveryRun(int rounds, Action<string> say)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private const int Steps = 5120; // more than any rounds need
    private readonly Dictionary<string, List<double>> seconds = [];

    /// <param name="folder">For servers and checkpoints; whoever gives it deletes it.</param>
    /// <param name="stop">Ends the run at once.</param>
    /// <returns>Seconds of each round, by what was measured.</returns>
    public async Task<IReadOnlyDictionary<string, List<double>>> RunAsync(string folder, CancellationToken stop)
    {
        await using BackingServers backing = await BackingServers.StartAsync(folder);
        await using LocalCluster cluster = new(folder, backing);
        await cluster.StartAsync();
        await cluster.Client.SubmitAsync(OneTraining.Spec("recovery", seed: 1, Steps), "recovery", stop);
        for (int round = 0; round < rounds; round++)
        {
            await KillGpuAsync(cluster, stop);
            await EndGpuAsync(cluster, stop);
            await KillControlsAsync(cluster, stop);
            say($"round {round + 1} of {rounds}");
        }

        return seconds;
    }

    private async Task KillGpuAsync(LocalCluster cluster, CancellationToken stop)
    {
        SlotView slot = await UntilAsync(cluster, slot => slot.Step > 10, stop);
        string node = slot.Id.Split('|')[0];
        await MeasureAsync("kill -9 of a gpu process: until a step is done elsewhere", async () =>
        {
            await cluster.Process(node).KillAsync();
            await UntilAsync(cluster, now => now.Id != slot.Id && now.Experiment == slot.Experiment && now.Step > 0, stop);
            return true;
        });
        await cluster.UpAsync(node);
    }

    private async Task EndGpuAsync(LocalCluster cluster, CancellationToken stop)
    {
        SlotView slot = await UntilAsync(cluster, slot => slot.Step > 10, stop);
        string node = slot.Id.Split('|')[0];
        await MeasureAsync("TERM of a gpu process: until a step is done elsewhere", async () =>
        {
            Task<int> ended = MeasureAsync("TERM of a gpu process: until it has ended", () => cluster.Process(node).EndAsync());
            await UntilAsync(cluster, now => now.Id != slot.Id && now.Experiment == slot.Experiment && now.Step > slot.Step, stop);
            return await ended;
        });
        await cluster.UpAsync(node);
    }

    // One of them holds the scheduler: the longer time is its.
    private async Task KillControlsAsync(LocalCluster cluster, CancellationToken stop)
    {
        double longest = 0;
        foreach (string node in cluster.Controls)
        {
            await UntilAsync(cluster, slot => slot.Step > 10, stop);
            Stopwatch watch = Stopwatch.StartNew();
            await cluster.Process(node).KillAsync();
            await UntilAsync(cluster, slot => slot.Step > 0, stop);
            longest = Math.Max(longest, watch.Elapsed.TotalSeconds);
            await cluster.UpAsync(node);
        }

        Keep("kill -9 of the control process with the scheduler: until it answers again", longest);
    }

    private async Task<T> MeasureAsync<T>(string what, Func<Task<T>> act)
    {
        Stopwatch watch = Stopwatch.StartNew();
        T result = await act();
        Keep(what, watch.Elapsed.TotalSeconds);
        return result;
    }

    private void Keep(string what, double time)
    {
        lock (seconds)
        {
            if (!seconds.TryGetValue(what, out List<double>? all))
            {
                seconds[what] = all = [];
            }

            all.Add(time);
        }
    }

    private static async Task<SlotView> UntilAsync(LocalCluster cluster, Func<SlotView, bool> isSo, CancellationToken stop)
    {
        long since = Stopwatch.GetTimestamp();
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            if ((await cluster.SlotsAsync(stop)).FirstOrDefault(slot => slot.Experiment is not null && isSo(slot)) is { } found)
            {
                return found;
            }

            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException($"no slot came as far as was waited for within {Patience}");
            }

            await look.WaitForNextTickAsync(stop);
        }
    }
}
