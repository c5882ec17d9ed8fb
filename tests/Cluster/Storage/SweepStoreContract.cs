using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What an <see cref="ISweepStore"/> promises.</summary>
public abstract class SweepStoreContract(StorageUnderTest storage) : StorageContract(storage)
{
    [Fact]
    public async Task A_sweep_reads_as_it_was_written_also_after_reopening()
    {
        SweepState state = Samples.Sweep(orders: [Samples.Order(), Samples.Order(index: 1)]) with { CancelReason = "enough" };
        Assert.True(await Sweeps.WriteAsync(state, 0, [], Stop));
        foreach (Func<Ports> open in new[] { () => Storage.Ports, Storage.Reopen })
        {
            Stored<SweepState>? stored = await open().Sweeps.ReadAsync("sweep", Stop);
            AssertSame(state, stored!.Value);
            Assert.Equal(1, stored.Version);
        }

        Assert.Null(await Sweeps.ReadAsync("none", Stop));
    }

    [Fact]
    public async Task A_write_expects_the_version_it_read_and_a_refused_one_leaves_nothing()
    {
        SweepState state = Samples.Sweep();
        Assert.True(await Sweeps.WriteAsync(state, 0, [Samples.Event("created")], Stop));
        Assert.False(await Sweeps.WriteAsync(state, 0, [Samples.Event("again")], Stop));
        Assert.True(await Sweeps.WriteAsync(state with { Revision = 2 }, 1, [Samples.Event("extended")], Stop));
        Assert.False(await Sweeps.WriteAsync(state with { Revision = 3 }, 1, [Samples.Event("stale")], Stop));
        Assert.Equal(["created", "extended"], (await Outbox.ReadAfterAsync(0, null, 10, Stop)).Select(happened => happened.Id));
        Assert.Equal(2, (await Sweeps.ReadAsync("sweep", Stop))!.Value.Revision);
    }

    [Fact]
    public async Task Experiments_are_counted_by_phase_and_the_open_ones_listed_in_order()
    {
        string third = await AddAsync(Samples.Order(index: 3), Phase.WaitingForStage);
        string second = await AddAsync(Samples.Order(index: 2), Phase.Running);
        string first = await AddAsync(Samples.Order(index: 1), Phase.Queued);
        await AddAsync(Samples.Order(index: 4), Phase.Succeeded);
        await AddAsync(Samples.Order(index: 5), Phase.Succeeded);
        await AddAsync(Samples.Order(index: 6), Phase.Failed);
        await AddAsync(Samples.Order(index: 7), Phase.Cancelled);
        await AddAsync(Samples.Order("other", index: 1), Phase.Queued);
        Assert.Equal([first, second, third], await Sweeps.OpenExperimentsAsync("sweep", Stop));
        IReadOnlyDictionary<Phase, int> counts = await Sweeps.CountAsync("sweep", Stop);
        Assert.All(Enum.GetValues<Phase>(), phase => Assert.Equal(phase == Phase.Succeeded ? 2 : 1, counts[phase]));
        Assert.Empty(await Sweeps.CountAsync("none", Stop));
    }

    [Fact]
    public async Task Sweeps_that_have_not_ended_are_listed()
    {
        await Sweeps.WriteAsync(Samples.Sweep("open"), 0, [], Stop);
        await Sweeps.WriteAsync(Samples.Sweep("ended") with { Phase = SweepPhase.Succeeded, EndedAt = Samples.Noon }, 0, [], Stop);
        Assert.Equal(["open"], await Sweeps.OpenAsync(Stop));
    }
}
