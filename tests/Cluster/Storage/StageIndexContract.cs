using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What an <see cref="IStageIndex"/> promises.</summary>
public abstract class StageIndexContract(StorageUnderTest storage) : StorageContract(storage)
{
    [Fact]
    public async Task Stages_with_checkpoints_are_read_by_key_and_part_by_part()
    {
        foreach (string key in new[] { "k-1", "k-2", "k-3" })
        {
            StageRow stage = Samples.Stage(key, "", last: Samples.Checkpoint(8));
            await PutStageAsync(Samples.Order(key), stage with { Previous = Samples.Checkpoint(4) });
        }

        await PutStageAsync(Samples.Order("bare"), Samples.Stage("k-bare", ""));
        IReadOnlyList<StageRow> first = await Index.PageAsync(null, 2, Stop);
        Assert.Equal(["k-1", "k-2"], first.Select(row => row.Key));
        Assert.Equal((Samples.Checkpoint(8), Samples.Checkpoint(4)), (first[0].Last, first[0].Previous));
        Assert.Equal(["k-3"], (await Index.PageAsync("k-2", 2, Stop)).Select(row => row.Key));
        Assert.Equal(["k-3", "k-bare"], (await Index.ReadAsync(["k-3", "k-bare", "k-gone"], Stop)).Select(row => row.Key).Order());
    }

    [Fact]
    public async Task The_fence_of_what_runs_is_told_and_of_nothing_else()
    {
        ExperimentState running = Samples.State(Samples.Order(index: 1), Phase.Running) with { Fence = 4, SlotId = "node|cpu:0" };
        await Experiments.WriteAsync(Samples.New(running), Stop);
        string queued = await AddAsync(Samples.Order(index: 2));
        string id = Samples.Id(running.Order);
        Assert.Equal([new(id, 4)], await Index.FencesAsync([id, queued, "gone/x"], Stop));
    }

    [Fact]
    public async Task A_finished_stage_gives_up_its_checkpoints_once_and_keeps_what_it_came_to()
    {
        StageRow done = Samples.Stage("k-train", "", StageState.Done, Samples.Checkpoint(20)) with
        {
            Previous = Samples.Checkpoint(16),
            Result = Samples.TrainingResult("k-train"),
        };
        await PutStageAsync(Samples.Order(), done);
        StageRow stored = (await Experiments.ReadStageAsync("k-train", Stop))!;
        Assert.True(await Index.ExpireAsync(stored, Stop));
        Assert.False(await Index.ExpireAsync(stored, Stop));

        StageRow expired = (await Experiments.ReadStageAsync("k-train", Stop))!;
        AssertSame(stored with { State = StageState.Expired, Last = null, Previous = null }, expired);
        Assert.Equal(20, (await Rows.StageAsync("k-train", Stop))!.Step);
        Assert.Empty(await Index.PageAsync(null, 10, Stop));
        Assert.Empty(await Rows.DoneAsync(["k-train"], Stop));
    }

    [Fact]
    public async Task An_expired_stage_is_claimed_by_who_needs_it_next_and_one_that_is_trained_does_not_expire()
    {
        await PutStageAsync(Samples.Order("first"), Samples.Stage("k-train", "", StageState.Done, Samples.Checkpoint(20)));
        await Index.ExpireAsync((await Experiments.ReadStageAsync("k-train", Stop))!, Stop);
        await PutStageAsync(Samples.Order("second"), Samples.Stage("k-train", "", last: Samples.Checkpoint(8)));
        StageRow claimed = (await Experiments.ReadStageAsync("k-train", Stop))!;
        Assert.Equal((StageState.Claimed, Samples.Id(Samples.Order("second"))), (claimed.State, claimed.Owner));
        Assert.False(await Index.ExpireAsync(claimed, Stop));
        AssertSame(claimed, (await Experiments.ReadStageAsync("k-train", Stop))!);
    }
}
