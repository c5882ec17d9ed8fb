using Npgsql;
using ViSurf.Chaos.Cluster;
using ViSurf.Chaos.Invariants;
using ViSurf.Chaos.Run;
using ViSurf.Sdk;
using ViSurf.Tests.Cluster;

namespace ViSurf.Tests.Faults;

/// <summary>The tests that share one cluster, one after the other.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class DisturbedClusterCollection : ICollectionFixture<DisturbedCluster>;

/// <summary>The tests that start a cluster of their own, one after the other, and none while the shared one is up.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class OwnClusterCollection;

/// <summary>Six processes and three servers of this class's own, which its tests may disturb. Each test finds all of them up.</summary>
public sealed class DisturbedCluster : IAsyncLifetime
{
    /// <summary>Of a stage: it still trains when whoever looks every half second has seen what it waits for.</summary>
    internal const int Steps = 256;

    /// <summary>Of a stage that nobody looks at before it has ended.</summary>
    internal const int FewSteps = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly TemporaryFolder folder = new();
    private BackingServers? backing;
    private LocalCluster? cluster;

    internal BackingServers Backing => backing!;

    internal LocalCluster Cluster => cluster!;

    public async ValueTask InitializeAsync()
    {
        backing = await BackingServers.StartAsync(folder.Path);
        cluster = new(folder.Path, backing);
        await cluster.StartAsync();
    }

    /// <summary>Submits one experiment of an sft stage, with a checkpoint every 8 steps.</summary>
    /// <param name="seed">Of this test alone: another's stage would be taken for its own.</param>
    /// <param name="steps">Of its stage.</param>
    /// <returns>The experiment's id.</returns>
    internal async Task<string> SubmitAsync(int seed, int steps = Steps)
    {
        await cluster!.StartAsync();
        SweepSpec spec = Spec(seed, steps);
        string key = spec.Name;
        // What the test before disturbed may still come back.
        try
        {
            await SweepFeed.PatientlyAsync(() => Cluster.Client.SubmitAsync(spec, key, Stop), Stop);
        }
        catch (Fault e)
        {
            Assert.Fail($"{e.Message}\n{LastLines()}");
        }

        // A sweep hands its experiments over a moment after it was taken; the base model's evaluation is one of them.
        return (await UntilAsync(() => SweepFeed.PatientlyAsync(() => Cluster.Client.ListExperimentsAsync(key, cancellationToken: Stop)
            .SingleOrDefaultAsync(one => one.Row == "sft", Stop).AsTask(), Stop))).Id;
    }

    internal static SweepSpec Spec(int seed, int steps = Steps) => OneTraining.Spec($"disturbed-{seed}", seed, steps);

    /// <summary>Waits until a slot works on an experiment and is at a step.</summary>
    internal Task<SlotView> UntilStepAsync(string experiment, int step, Func<SlotView, bool>? also = null) => UntilAsync(async () =>
        (await Cluster.SlotsAsync(Stop)).FirstOrDefault(
            slot => slot.Experiment == experiment && slot.Step >= step && also?.Invoke(slot) != false));

    /// <summary>Waits until an experiment has its result and the end was told; then nothing is damaged or doubled.</summary>
    internal async Task<Evidence> UntilSucceededAsync(string experiment)
    {
        await UntilAsync(async () =>
        {
            ExperimentView now = await SweepFeed.PatientlyAsync(() => Cluster.Client.GetExperimentAsync(experiment, Stop), Stop);
            Assert.True(now.Phase is not (Phase.Failed or Phase.Cancelled), now.Reason);
            return now.Phase == Phase.Succeeded ? now : null;
        });
        await using NpgsqlConnection database = await Backing.ConnectAsync(Stop);
        return await UntilAsync(async () =>
        {
            Evidence all = await EvidenceReader.ReadAsync(database, Backing.Blobs, Stop);
            return all.Experiments.All(one => one.Phase == Phase.Succeeded) && !Ends.OpenEvents(all).Any() ? all : null;
        });
    }

    /// <summary>What was told of an experiment, and what its processes said, for whoever looks into a failure.</summary>
    internal string StoryOf(Evidence all, string experiment) => string.Join('\n',
    [
        .. all.Events.Where(happened => happened.Experiment == experiment)
            .Select(happened => $"{happened.At:HH:mm:ss.f} {happened.Id} {happened.Data.ToJsonString()}"),
        LastLines(),
    ]);

    private string LastLines() => string.Join('\n',
        Cluster.Lines.Where(line => !line.Contains("relayed again", StringComparison.Ordinal)).TakeLast(100)
            .Concat(Cluster.Process("api-1").Lines.TakeLast(40)));

    /// <summary>Asks every half second.</summary>
    internal static async Task<T> UntilAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(Patience);
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            if (await ask() is { } found)
            {
                return found;
            }

            await look.WaitForNextTickAsync(late.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        if (backing is not null)
        {
            await backing.DisposeAsync();
        }

        folder.Dispose();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;
}
