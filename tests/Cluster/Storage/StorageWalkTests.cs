using Microsoft.Extensions.Time.Testing;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What is said of checkpoints, and which are dropped.</summary>
public sealed class StorageWalkTests : StorageContract
{
    private const string Key = "0123456789abcdef";
    private readonly TemporaryFolder folder = new();
    private readonly FileCheckpoints store;
    private readonly Lease lease = new(Samples.Id(Samples.Order(training: Key)), 2, "node|cpu:0");

    public StorageWalkTests()
        : base(new SqliteUnderTest()) => store = new(folder.Path);

    private FakeTimeProvider Clock => Storage.Clock;

    public override void Dispose()
    {
        folder.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task What_stages_refer_to_stays_whatever_is_asked()
    {
        (Checkpoint last, Checkpoint previous) = (Save(step: 8), Save(step: 4));
        await KeepAsync(last, previous);
        StorageAuditView audit = await AuditAsync(TimeSpan.Zero, drops: true);
        Assert.Equal((Two(last, previous), Two(last, previous), Two(last, previous)), (audit.Rows, audit.Store, audit.Referred));
        Assert.Equal((true, 0L, BlobTally.None), (audit.IsClean, audit.Difference, audit.Deleted));
        Assert.All([last, previous], one => Assert.True(store.Exists(one.Blob)));
    }

    [Fact]
    public async Task An_orphan_is_told_and_stays_until_it_is_asked_for_and_then_goes()
    {
        await KeepAsync(Save(step: 8), null);
        Checkpoint orphan = Save(step: 6);
        StorageAuditView told = await AuditAsync(TimeSpan.Zero);
        Assert.Equal((false, orphan.Length, One(orphan), BlobTally.None), (told.IsClean, told.Difference, told.Orphaned, told.Deleted));
        Assert.Equal([orphan.Blob], told.OrphanedNames);
        Assert.True(store.Exists(orphan.Blob));

        StorageAuditView dropped = await AuditAsync(TimeSpan.Zero, drops: true);
        Assert.Equal((true, 0L, One(orphan), One(orphan)), (dropped.IsClean, dropped.Difference, dropped.Orphaned, dropped.Deleted));
        Assert.Empty(dropped.OrphanedNames);
        Assert.False(store.Exists(orphan.Blob));
        Assert.Equal(BlobTally.None, (await AuditAsync(TimeSpan.Zero, drops: true)).Orphaned);
    }

    [Fact]
    public async Task A_blob_whose_commit_may_be_under_way_stays_and_goes_once_its_attempt_has_ended()
    {
        ExperimentState running = Samples.State(Samples.Order(training: Key), Phase.Running) with { Fence = 2, SlotId = lease.SlotId };
        await Experiments.WriteAsync(Samples.New(running), Stop);
        (Checkpoint underWay, Checkpoint stale) = (Save(step: 8), Save(step: 9, fence: 1));
        StorageAuditView audit = await AuditAsync(TimeSpan.Zero, drops: true);
        Assert.Equal((One(underWay), One(stale), true), (audit.InFlight, audit.Deleted, audit.IsClean));
        Assert.Equal((true, false), (store.Exists(underWay.Blob), store.Exists(stale.Blob)));

        await Experiments.WriteAsync(Samples.New(running with { Phase = Phase.Queued, SlotId = null }) with { Expected = 1 }, Stop);
        Assert.Equal(One(underWay), (await AuditAsync(TimeSpan.Zero, drops: true)).Deleted);
    }

    [Fact]
    public async Task What_is_younger_than_the_bound_is_in_flight()
    {
        Checkpoint young = Save(step: 4), old = Save(step: 8);
        Write(young, Clock.GetUtcNow().AddHours(-23));
        Write(old, Clock.GetUtcNow().AddHours(-25));
        StorageAuditView audit = await AuditAsync(TimeSpan.FromDays(1), drops: true);
        Assert.Equal((One(young), One(old), true), (audit.InFlight, audit.Deleted, audit.IsClean));
        Assert.True(store.Exists(young.Blob));
    }

    [Fact]
    public async Task What_is_missing_and_what_has_another_length_are_named()
    {
        (Checkpoint last, Checkpoint previous) = (Save(step: 8), Save(step: 4));
        await KeepAsync(last with { Length = last.Length + 2 }, previous);
        store.Drop(previous);
        StorageAuditView audit = await AuditAsync(TimeSpan.Zero, drops: true);
        Assert.Equal([previous.Blob, last.Blob], audit.MissingNames.Concat(audit.DamagedNames));
        Assert.Equal((false, 1, 1, -2 - previous.Length), (audit.IsClean, audit.Missing.Count, audit.Damaged.Count, audit.Difference));
    }

    [Fact]
    public async Task More_than_fit_into_a_part_are_all_looked_at()
    {
        for (int step = 1; step <= 1030; step++)
        {
            Save(step);
        }

        Assert.Equal(1030, (await AuditAsync(TimeSpan.Zero, drops: true)).Deleted.Count);
        Assert.Empty(store.List(null, 10).Blobs);
    }

    private Checkpoint Save(int step, long fence = 2) =>
        store.Save(Key, lease with { Fence = fence }, step, stream => stream.Write(new byte[10 + step]));

    private void Write(Checkpoint checkpoint, DateTimeOffset at) => File.SetLastWriteTimeUtc(store.Fetch(checkpoint), at.UtcDateTime);

    private Task KeepAsync(Checkpoint last, Checkpoint? previous) => PutStageAsync(Samples.Order(training: Key),
        Samples.Stage(Key, "", StageState.Done, last) with { Previous = previous });

    private async Task<StorageAuditView> AuditAsync(TimeSpan olderThan, bool drops = false)
    {
        StorageAuditRequest request = new() { DeleteOrphans = drops, OlderThan = olderThan };
        StorageAuditView view = new() { Id = "1", Request = request, StartedAt = Clock.GetUtcNow() };
        StorageWalk walk = new(Index, new CheckpointGrain(store), Clock, request);
        return await walk.AuditAsync(view, Stop) with { EndedAt = Clock.GetUtcNow() };
    }

    private static BlobTally One(Checkpoint checkpoint) => new(1, checkpoint.Length);

    private static BlobTally Two(Checkpoint first, Checkpoint second) => new(2, first.Length + second.Length);
}
