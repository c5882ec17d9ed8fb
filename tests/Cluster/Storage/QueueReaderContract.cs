using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What an <see cref="IQueueReader"/> promises.</summary>
public abstract class QueueReaderContract(StorageUnderTest storage) : StorageContract(storage)
{
    [Fact]
    public async Task The_queue_holds_what_is_queued_or_running_in_the_order_of_submission()
    {
        ExperimentState running = Samples.State(Samples.Order(index: 3), Phase.Running) with { Fence = 4, SlotId = "node|cpu:1" };
        await Experiments.WriteAsync(Samples.New(running), Stop);
        string earlierPlace = await AddAsync(Samples.Order(index: 2));
        ExperimentState before = Samples.State(Samples.Order("other", index: 9)) with { QueuedAt = Samples.Noon.AddMilliseconds(-1) };
        await Experiments.WriteAsync(Samples.New(before), Stop);
        foreach (Phase phase in new[] { Phase.WaitingForStage, Phase.Succeeded, Phase.Failed, Phase.Cancelled })
        {
            await AddAsync(Samples.Order($"left out: {phase}"), phase);
        }

        long noon = Samples.Noon.ToUnixTimeMilliseconds();
        Assert.Equal(
            [
                new(Samples.Id(before.Order), "other", noon - 1, 9, Phase.Queued, 0, null),
                new(earlierPlace, "sweep", noon, 2, Phase.Queued, 0, null),
                new(Samples.Id(running.Order), "sweep", noon, 3, Phase.Running, 4, "node|cpu:1"),
            ],
            await Queue.ReadAsync(Stop));
    }

    [Fact]
    public async Task What_an_experiment_asks_of_slots_is_read_from_its_state()
    {
        ScheduleSpec schedule = new() { Priority = 3, MaxParallel = 2 };
        ExperimentState asking = Samples.State(Samples.Order(index: 1) with { Schedule = schedule }) with { NotBefore = Samples.Noon };
        await Experiments.WriteAsync(Samples.New(asking), Stop);
        string plain = await AddAsync(Samples.Order(index: 2));
        IReadOnlyDictionary<string, QueueTerms> terms = await Queue.TermsAsync([Samples.Id(asking.Order), plain, "gone"], Stop);
        Assert.Equal(2, terms.Count);
        Assert.Equal((3, 2, Samples.Noon.ToUnixTimeMilliseconds()), terms[Samples.Id(asking.Order)] is var read
            ? (read.Schedule.Priority, read.Schedule.MaxParallel, read.NotBefore) : default);
        Assert.True(ScheduleSpec.AreSame(null, terms[plain].Schedule));
    }

    [Fact]
    public async Task A_row_that_this_version_cannot_read_keeps_nobody_from_reading_what_the_others_ask()
    {
        string damaged = await AddAsync(Samples.Order(index: 1));
        string plain = await AddAsync(Samples.Order(index: 2));
        await using (ViSurfDb db = Storage.Contexts.CreateDbContext())
        {
            await db.Experiments.Where(row => row.Id == damaged)
                .ExecuteUpdateAsync(rows => rows.SetProperty(row => row.State, "{\"later\":1}"), Stop);
        }

        Assert.Equal([plain], (await Queue.TermsAsync([damaged, plain], Stop)).Keys);
    }

    [Fact]
    public async Task Who_waits_for_a_stage_that_nobody_trains_is_unblocked()
    {
        await PutStageAsync(Samples.Order("o1"), Samples.Stage("k-claimed", ""));
        await PutStageAsync(Samples.Order("o2"), Samples.Stage("k-done", "", StageState.Done));
        await PutStageAsync(Samples.Order("o3"), Samples.Stage("k-abandoned", "", StageState.Abandoned));
        await AddAsync(Samples.Order(index: 1, training: "k-claimed"), Phase.WaitingForStage);
        await AddAsync(Samples.Order(index: 2, training: "k-done"), Phase.Queued);
        string done = await AddAsync(Samples.Order(index: 3, training: "k-done"), Phase.WaitingForStage);
        string abandoned = await AddAsync(Samples.Order(index: 4, training: "k-abandoned"), Phase.WaitingForStage);
        string gone = await AddAsync(Samples.Order(index: 5, training: "k-gone"), Phase.WaitingForStage);
        Assert.Equal([done, abandoned, gone], await Queue.ReadUnblockedAsync(Stop));
    }
}
