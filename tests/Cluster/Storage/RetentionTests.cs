using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>Which checkpoints a sweep's retention lets go.</summary>
public sealed class RetentionTests : StorageContract
{
    private readonly TemporaryFolder folder = new();
    private readonly FileCheckpoints store;

    public RetentionTests()
        : base(new SqliteUnderTest()) => store = new(folder.Path);

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task A_sweep_that_says_nothing_keeps_everything()
    {
        Checkpoint model = await TrainAsync("k-1");
        await PutSweepAsync("first", null, "k-1");
        Storage.Clock.Advance(TimeSpan.FromDays(10_000));
        Assert.Equal(0, await RunAsync());
        Assert.True(store.Exists(model.Blob));
    }

    [Fact]
    public async Task After_its_days_a_sweep_gives_up_its_checkpoints_and_their_stages_say_so()
    {
        Checkpoint model = await TrainAsync("k-1");
        await PutSweepAsync("first", new() { Days = 2 }, "k-1");
        Storage.Clock.Advance(TimeSpan.FromDays(1.9));
        Assert.Equal(0, await RunAsync());
        Storage.Clock.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal((1, 0), (await RunAsync(), await RunAsync()));
        Assert.False(store.Exists(model.Blob));
        StageView stage = (await Rows.StageAsync("k-1", Stop))!;
        Assert.Equal((StageState.Expired, null, 20), (stage.State, stage.Checkpoint, stage.Step));
    }

    [Fact]
    public async Task A_stage_that_another_sweep_keeps_stays_until_that_one_has_expired_too()
    {
        Checkpoint shared = await TrainAsync("k-shared"), own = await TrainAsync("k-own");
        await PutSweepAsync("short", new() { Days = 0 }, "k-shared", "k-own");
        await PutSweepAsync("long", new() { Days = 5 }, "k-shared");
        Assert.Equal(1, await RunAsync());
        Assert.Equal((true, false), (store.Exists(shared.Blob), store.Exists(own.Blob)));
        Storage.Clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(1, await RunAsync());
        Assert.False(store.Exists(shared.Blob));
    }

    [Fact]
    public async Task A_sweep_that_runs_keeps_its_stages()
    {
        Checkpoint model = await TrainAsync("k-1");
        await PutSweepAsync("ended", new() { Days = 0 }, "k-1");
        SweepState running = Sweep("running", new() { Days = 0 }, "k-1") with { Phase = SweepPhase.Running, EndedAt = null };
        Assert.True(await Sweeps.WriteAsync(running, 0, [], Stop));
        Assert.Equal(0, await RunAsync());
        Assert.True(store.Exists(model.Blob));
    }

    [Fact]
    public void The_best_are_those_with_the_highest_values_and_those_of_whom_nothing_is_known()
    {
        ResultView[] results = [.. new double?[] { 0.3, 0.9, null, 0.7, 0.9 }.Select((score, i) => new ResultView
        {
            Experiment = $"sweep/{i}",
            Row = "sft",
            Seed = i,
            Attempt = 1,
            At = Samples.Noon,
            Scores = score is { } value ? new Dictionary<string, double> { ["accuracy"] = value } : [],
        })];
        Assert.Equal(["sweep/1", "sweep/2", "sweep/4"],
            RetentionWalk.Best(results, new() { Metric = "accuracy", Models = 2 }).Order(StringComparer.Ordinal));
    }

    private async Task<Checkpoint> TrainAsync(string key)
    {
        Checkpoint model = store.Save(key, new("trained/x", 1, "node|cpu:0"), 20, stream => stream.Write([1, 2, 3]));
        await PutStageAsync(Samples.Order($"trained-{key}", training: key), Samples.Stage(key, "", StageState.Done, model));
        return model;
    }

    private async Task PutSweepAsync(string id, RetentionSpec? retention, params string[] keys) =>
        Assert.True(await Sweeps.WriteAsync(Sweep(id, retention, keys), 0, [], Stop));

    private SweepState Sweep(string id, RetentionSpec? retention, params string[] keys)
    {
        SweepState state = Samples.Sweep(id, null, [.. keys.Select((key, i) => Samples.Order(id, i, key))]);
        SweepSpec spec = state.Spec with { Retention = retention };
        return state with { Phase = SweepPhase.Succeeded, EndedAt = Storage.Clock.GetUtcNow(), Spec = spec };
    }

    private Task<int> RunAsync() => new RetentionWalk(Rows, Sweeps, Index, new CheckpointGrain(store), Storage.Clock).RunAsync(Stop);
}
