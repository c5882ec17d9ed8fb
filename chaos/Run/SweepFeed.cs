using System.Globalization;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Run;

/// <summary>Submits sweeps so that there is always work, each with seeds of its own: nobody else trains their stages.</summary>
/// <remarks>A submission that got no answer is sent again, under its key: it is one sweep.</remarks>
internal sealed class SweepFeed(ViSurfClient client, int experimentsAhead)
{
    private const int Urgent = 10; // every third sweep takes the slots of others
    private const int TriesMax = 240;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);
    private readonly Lock gate = new();
    private readonly List<string> submitted = [];

    /// <summary>Keys of sweeps that were taken.</summary>
    public IReadOnlyList<string> Submitted
    {
        get
        {
            lock (gate)
            {
                return [.. submitted];
            }
        }
    }

    /// <summary>Experiments of a sweep: the base model's evaluation, two that share their first stage, and one of the project's own
    /// method.</summary>
    public static int ExperimentsEach => 4;

    /// <summary>Feeds until it is told to stop; a submission that is under way then is brought to its end.</summary>
    public async Task FeedAsync(CancellationToken until, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (await OpenAsync(until) < experimentsAhead)
                {
                    await SubmitAsync(stop);
                }

                await Task.Delay(Between, TimeProvider.System, until);
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // As it was told.
        }
    }

    public async Task SubmitAsync(CancellationToken stop)
    {
        string key = $"chaos-{Submitted.Count + 1}";
        lock (gate)
        {
            submitted.Add(key); // it may have been taken though nobody answers
        }

        await SubmitAgainAsync(key, stop);
    }

    public Task SubmitAgainAsync(string key, CancellationToken stop) =>
        PatientlyAsync(() => client.SubmitAsync(Spec(key), key, stop), stop);

    /// <summary>Waits until every sweep has ended.</summary>
    /// <exception cref="TimeoutException">One has not, and does not come nearer.</exception>
    public async Task UntilAllEndedAsync(TimeSpan patience, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(patience);
        try
        {
            while (await OpenAsync(late.Token) > 0)
            {
                await Task.Delay(Between, TimeProvider.System, late.Token);
            }
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"experiments have not ended {patience.TotalSeconds:0} s after the last mishap");
        }
    }

    /// <summary>Asks again while nobody answers.</summary>
    public static async Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken stop)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await ask();
            }
            catch (Exception e) when (tries < TriesMax && !stop.IsCancellationRequested && IsPassing(e))
            {
                await Task.Delay(Between, TimeProvider.System, stop);
            }
        }
    }

    private static bool IsPassing(Exception e) => e is HttpRequestException or TaskCanceledException or IOException
        or Fault { Code: FaultCode.Unavailable or FaultCode.Conflict };

    private async Task<int> OpenAsync(CancellationToken stop)
    {
        int open = 0;
        foreach (string key in Submitted)
        {
            SweepView sweep = await PatientlyAsync(() => client.GetSweepAsync(key, stop), stop);
            open += sweep.Experiments.Where(count => !count.Key.IsEnd()).Sum(count => count.Value);
        }

        return open;
    }

    private static SweepSpec Spec(string key)
    {
        SweepSpec spec = SpecText.Read<SweepSpec>("""
            name: chaos
            seeds: [1]
            base:
              model: { path: models/tiny-base }
              data: { benchmark: mini-mix, labels: 512 }
              sft: { prompts: 256, promptsPerStep: 8, checkpointEvery: 4 }
              rl: { prompts: 32, promptsPerStep: 8, checkpointEvery: 2 }
              method: { groupSize: 2 }
              evaluate: { items: 2, devItems: 1 }
            rows: [{ method: sft }, { method: sft-rlvr }, { method: visurf }]
            """, "chaos");
        int number = int.Parse(key.Split('-')[1], CultureInfo.InvariantCulture);
        return spec with { Name = key, Seeds = [number], Schedule = new() { Priority = number % 3 == 0 ? Urgent : 0 } };
    }
}
