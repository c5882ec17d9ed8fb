using Npgsql;
using ViSurf.Chaos.Cluster;
using ViSurf.Chaos.Faults;
using ViSurf.Chaos.Invariants;

namespace ViSurf.Chaos.Run;

/// <summary>Lets mishaps happen to a cluster at work for a while, then judges what is stored.</summary>
/// <remarks>
/// Two lanes of mishaps side by side: of processes, and of the servers behind them. Each lane's kinds come in rounds whose order is
/// drawn from the seed, so that each kind comes at least once, however short the run.
/// </remarks>
internal sealed class ChaosRun(ChaosOptions options, Action<string> say)
{
    private const int ExperimentsAhead = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly List<(IFault Fault, Lane Lane)> kinds =
    [
        (new KillProcess("gpu", cluster => cluster.Gpus), Lane.Processes),
        (new KillProcess("control", cluster => cluster.Controls), Lane.Processes),
        (new FreezeGpu(), Lane.Processes), (new EndGpu(), Lane.Processes), (new KillAll(), Lane.Processes),
        (new RepeatCommands(), Lane.Processes),
        (new StopServer("postgres", "VISURF_POSTGRES"), Lane.Servers), (new StopServer("rabbitmq", "VISURF_RABBITMQ"), Lane.Servers),
        (new DeleteQueue(), Lane.Servers), (new DisturbBlobs(), Lane.Servers), (new FillBlobs(), Lane.Servers),
    ];

    private readonly Dictionary<string, int> injected = [];

    private enum Lane
    {
        Processes,
        Servers,
    }

    /// <param name="folder">For servers and checkpoints; whoever gives it deletes it.</param>
    /// <param name="stop">Ends the run at once.</param>
    public async Task<ChaosReport> RunAsync(string folder, CancellationToken stop)
    {
        await using BackingServers backing = await BackingServers.StartAsync(folder);
        await using LocalCluster cluster = new(folder, backing);
        kinds.ForEach(kind => injected[kind.Fault.Name] = 0);
        await cluster.StartAsync();
        say($"{cluster.Controls.Count} control, {cluster.Gpus.Count} gpu processes and 1 api run; seed {options.Seed}");
        SweepFeed feed = new(cluster.Client, ExperimentsAhead);
        await feed.SubmitAsync(stop);
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using CancellationTokenSource up = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(options.Time);
        Task supervised = cluster.SuperviseAsync(up.Token);
        Task fed = feed.FeedAsync(time.Token, stop);
        await Task.WhenAll(Enum.GetValues<Lane>().Select(lane => DisturbAsync(lane, new(backing, cluster, feed,
            new((options.Seed * 2) + (int)lane)), time.Token, stop)));
        await fed;
        say($"{injected.Values.Sum()} mishaps; what is left ends now");
        await feed.UntilAllEndedAsync(Patience, stop);
        await using NpgsqlConnection database = await backing.ConnectAsync(stop);
        await UntilAllToldAsync(database, stop);
        // What a process was about to drop when it was killed is dropped now: nothing is in flight.
        await SweepFeed.PatientlyAsync(
            () => cluster.Client.AuditStorageAsync(new() { DeleteOrphans = true, OlderThan = TimeSpan.Zero }, stop), stop);
        await up.CancelAsync();
        await supervised;
        Evidence evidence = await EvidenceReader.ReadAsync(database, backing.Blobs, stop);
        return ChaosReport.Of(options, injected, feed.Submitted.Count * SweepFeed.ExperimentsEach, evidence, cluster.Lines);
    }

    private async Task DisturbAsync(Lane lane, ChaosWorld world, CancellationToken time, CancellationToken stop)
    {
        IFault[] own = [.. kinds.Where(kind => kind.Lane == lane).Select(kind => kind.Fault)];
        for (bool isFirst = true; isFirst || !time.IsCancellationRequested; isFirst = false)
        {
            world.Draws.Shuffle(own);
            foreach (IFault fault in own.TakeWhile(_ => isFirst || !time.IsCancellationRequested))
            {
                await world.PauseAsync(1, 4, stop);
                say($"{fault.Name} ...");
                await fault.InjectAsync(world, stop);
                say($"{fault.Name}: healed");
                lock (injected)
                {
                    injected[fault.Name]++;
                }
            }
        }
    }

    // Scores are stored a moment after the end of an experiment.
    private static async Task UntilAllToldAsync(NpgsqlConnection database, CancellationToken stop)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(Patience);
        using PeriodicTimer look = new(TimeSpan.FromSeconds(1));
        await using NpgsqlCommand open = new("SELECT count(*) FROM outbox WHERE closed_at IS NULL", database);
        while ((long)(await open.ExecuteScalarAsync(stop))! > 0 && !late.IsCancellationRequested)
        {
            await look.WaitForNextTickAsync(stop);
        }
    }
}

/// <summary>What to do for how long.</summary>
internal sealed record ChaosOptions(TimeSpan Time, int Seed);
