using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What an <see cref="IExperimentStore"/> promises.</summary>
public abstract class ExperimentStoreContract(StorageUnderTest storage) : StorageContract(storage)
{
    private static readonly ExperimentOrder Order = Samples.Order();
    private static readonly string Id = Samples.Id(Order);

    [Fact]
    public async Task What_is_not_there_reads_as_null()
    {
        Assert.Null(await Experiments.ReadAsync("none", Stop));
        Assert.Null(await Experiments.ReadStageAsync("none", Stop));
    }

    [Fact]
    public async Task An_experiment_reads_as_it_was_written_also_after_reopening()
    {
        ExperimentState state = Samples.State(Order, Phase.Running) with
        {
            StageIndex = 1,
            Fence = 7,
            SlotId = "node|cpu:0",
            Last = Samples.Checkpoint(12),
            Previous = Samples.Checkpoint(8),
            Finished = [new("k", Samples.Checkpoint(20), Samples.TrainingResult("k"), IsReused: true)],
            Failures = 2,
            Reason = "a reason with 'quotes' and \u00e9",
            StartedAt = Samples.Noon.AddTicks(1),
            EndedAt = Samples.Noon.AddDays(1),
        };
        await Experiments.WriteAsync(Samples.New(state), Stop);
        foreach (Func<Ports> open in new[] { () => Storage.Ports, Storage.Reopen })
        {
            Stored<ExperimentState>? stored = await open().Experiments.ReadAsync(Id, Stop);
            AssertSame(state, stored!.Value);
            Assert.Equal(1, stored.Version);
        }
    }

    [Fact]
    public async Task A_write_expects_the_version_it_read()
    {
        ExperimentWrite first = Samples.New(Samples.State(Order));
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteAsync(first, Stop));
        Assert.Equal(WriteOutcome.Stale, await Experiments.WriteAsync(first, Stop));
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteAsync(first with { Expected = 1 }, Stop));
        Assert.Equal(WriteOutcome.Stale, await Experiments.WriteAsync(first with { Expected = 1 }, Stop));
        Assert.Equal(2, (await Experiments.ReadAsync(Id, Stop))!.Version);
    }

    [Fact]
    public async Task A_write_of_what_was_never_there_is_stale()
    {
        Assert.Equal(WriteOutcome.Stale, await Experiments.WriteAsync(Samples.New(Samples.State(Order)) with { Expected = 3 }, Stop));
        Assert.Null(await Experiments.ReadAsync(Id, Stop));
    }

    [Fact]
    public async Task A_stale_write_leaves_nothing_of_what_follows_from_it()
    {
        await AddAsync(Order);
        await AssertLeavesNothing(Full(StageCondition.IsFree) with { Expected = 0 }, WriteOutcome.Stale);
    }

    [Fact]
    public async Task A_write_whose_stage_is_taken_leaves_nothing()
    {
        await AddAsync(Order);
        await PutStageAsync(Samples.Order("other"), Samples.Stage("k-train", "other"));
        await AssertLeavesNothing(Full(StageCondition.IsFree), WriteOutcome.StageTaken);
        Assert.Equal(Samples.Id(Samples.Order("other")), (await Experiments.ReadStageAsync("k-train", Stop))!.Owner);
    }

    [Fact]
    public async Task The_first_of_two_stages_is_not_written_where_the_second_is_taken()
    {
        await PutStageAsync(Samples.Order("other"), Samples.Stage("k-taken", "other"));
        ExperimentWrite write = Samples.New(Samples.State(Order)) with
        {
            Stages =
            [
                new(Samples.Stage("k-free", Id), StageCondition.IsFree),
                new(Samples.Stage("k-taken", Id), StageCondition.IsFree),
            ],
        };
        Assert.Equal(WriteOutcome.StageTaken, await Experiments.WriteAsync(write, Stop));
        Assert.Null(await Experiments.ReadStageAsync("k-free", Stop));
    }

    [Fact]
    public async Task Everything_of_a_write_is_stored_with_it()
    {
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteAsync(Full(StageCondition.IsFree) with { Expected = 0 }, Stop));
        AssertSame(Full(StageCondition.IsFree).Stages[0].Row, (await Experiments.ReadStageAsync("k-train", Stop))!);
        Assert.Equal(["event"], (await Outbox.ReadAfterAsync(0, null, 10, Stop)).Select(happened => happened.Id));
        Assert.Equal([new StepRow(1, "{\"step\":1}")], await Rows.StepsAsync("k-train", 0, 10, Stop));
        Assert.Equal([1, 2, 3], (await Outbox.ReadMeasurementsAsync(Id, Stop))!.Value.Measurements);
    }

    [Fact]
    public async Task Of_many_who_claim_a_stage_at_once_one_has_it()
    {
        ExperimentWrite[] claims = [.. Enumerable.Range(0, 20).Select(i => Samples.Order($"sweep{i}")).Select(order =>
            Samples.New(Samples.State(order)) with
            {
                Stages = [new(Samples.Stage("k-train", Samples.Id(order)), StageCondition.IsFree)],
                Events = [Samples.Event($"{order.Sweep} has it")],
            })];
        IExperimentStore store = Experiments;
        WriteOutcome[] outcomes = await Task.WhenAll(claims.Select(claim => Task.Run(
            async () => await store.WriteAsync(claim, Stop), Stop)));
        Assert.Single(outcomes, outcome => outcome == WriteOutcome.Written);
        Assert.Equal(19, outcomes.Count(outcome => outcome == WriteOutcome.StageTaken));
        string owner = claims[Array.IndexOf(outcomes, WriteOutcome.Written)].Id;
        Assert.Equal(owner, (await Experiments.ReadStageAsync("k-train", Stop))!.Owner);
        Assert.Equal([owner], (await Queue.ReadAsync(Stop)).Select(row => row.ExperimentId));
        Assert.Single(await Outbox.ReadAfterAsync(0, null, 100, Stop));
    }

    [Theory]
    [InlineData(StageCondition.IsFree, StageState.Claimed, true, WriteOutcome.Written)]
    [InlineData(StageCondition.IsFree, StageState.Claimed, false, WriteOutcome.StageTaken)]
    [InlineData(StageCondition.IsFree, StageState.Abandoned, false, WriteOutcome.Written)]
    [InlineData(StageCondition.IsFree, StageState.Done, true, WriteOutcome.StageTaken)]
    [InlineData(StageCondition.IsOwn, StageState.Claimed, true, WriteOutcome.Written)]
    [InlineData(StageCondition.IsOwn, StageState.Claimed, false, WriteOutcome.StageTaken)]
    [InlineData(StageCondition.IsOwn, StageState.Abandoned, true, WriteOutcome.StageTaken)]
    [InlineData(StageCondition.IsOwn, StageState.Done, true, WriteOutcome.StageTaken)]
    [InlineData(StageCondition.IsDone, StageState.Done, false, WriteOutcome.Written)]
    [InlineData(StageCondition.IsDone, StageState.Claimed, true, WriteOutcome.StageTaken)]
    [InlineData(StageCondition.IsDone, StageState.Abandoned, false, WriteOutcome.StageTaken)]
    public async Task A_stage_is_written_where_it_is_as_the_write_expects(
        StageCondition condition, StageState stored, bool isOwn, WriteOutcome expected)
    {
        ExperimentOrder owner = isOwn ? Order : Samples.Order("other");
        await AddAsync(Order);
        await PutStageAsync(owner, Samples.Stage("k-train", "", stored, Samples.Checkpoint(20)));
        long version = (await Experiments.ReadAsync(Id, Stop))!.Version;
        StageRow row = Samples.Stage("k-train", Id, StageState.Claimed, Samples.Checkpoint(16));
        ExperimentWrite write = Samples.New(Samples.State(Order)) with { Expected = version, Stages = [new(row, condition)] };
        Assert.Equal(expected, await Experiments.WriteAsync(write, Stop));
        Assert.Equal(expected == WriteOutcome.Written ? 16 : 20, (await Experiments.ReadStageAsync("k-train", Stop))!.Last!.Step);
    }

    [Theory]
    [InlineData(StageCondition.IsOwn)]
    [InlineData(StageCondition.IsDone)]
    public async Task A_stage_that_is_not_there_is_neither_own_nor_done(StageCondition condition)
    {
        ExperimentWrite write = Samples.New(Samples.State(Order)) with { Stages = [new(Samples.Stage("k-train", Id), condition)] };
        Assert.Equal(WriteOutcome.StageTaken, await Experiments.WriteAsync(write, Stop));
    }

    [Fact]
    public async Task A_done_stage_loses_a_checkpoint_once()
    {
        await PutStageAsync(Order, Samples.Stage("k-train", Id, StageState.Done, Samples.Checkpoint(20)));
        StageRow lost = Samples.Stage("k-train", Id, StageState.Done, Samples.Checkpoint(16));
        ExperimentWrite write = Samples.New(Samples.State(Order)) with { Expected = 1, Stages = [new(lost, StageCondition.IsDone)] };
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteAsync(write, Stop));
        Assert.Equal(WriteOutcome.StageTaken, await Experiments.WriteAsync(write with { Expected = 2 }, Stop));
    }

    [Fact]
    public async Task A_step_written_again_is_replaced()
    {
        ExperimentWrite write = Samples.New(Samples.State(Order)) with { StepsOf = "k-train", Steps = new([new(1, "1"), new(2, "2")]) };
        await Experiments.WriteAsync(write, Stop);
        await Experiments.WriteAsync(write with { Expected = 1, Steps = new([new(2, "22"), new(3, "33")]) }, Stop);
        Assert.Equal([new(1, "1"), new(2, "22"), new(3, "33")], await Rows.StepsAsync("k-train", 0, 10, Stop));
    }

    [Fact]
    public async Task Steps_between_checkpoints_are_stored_while_their_attempt_runs_and_leave_the_experiment_as_it_is()
    {
        ExperimentState running = Samples.State(Order, Phase.Running) with { Fence = 2, SlotId = "node|cpu:0" };
        await Experiments.WriteAsync(Samples.New(running), Stop);
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteStepsAsync(Id, 2, "k-train", new([new(1, "1"), new(2, "2")]), Stop));
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteStepsAsync(Id, 2, "k-train", new([new(2, "22"), new(3, "3")]), Stop));
        Assert.Equal(WriteOutcome.Stale, await Experiments.WriteStepsAsync(Id, 1, "k-train", new([new(2, "old"), new(9, "old")]), Stop));
        Assert.Equal(WriteOutcome.Stale, await Experiments.WriteStepsAsync("none", 2, "k-train", new([new(9, "none")]), Stop));
        Assert.Equal([new(1, "1"), new(2, "22"), new(3, "3")], await Rows.StepsAsync("k-train", 0, 10, Stop));
        Assert.Equal(1, (await Experiments.ReadAsync(Id, Stop))!.Version);

        await Experiments.WriteAsync(Samples.New(running) with { Expected = 1, State = running with { Fence = 3 } }, Stop);
        Assert.Equal(WriteOutcome.Stale, await Experiments.WriteStepsAsync(Id, 2, "k-train", new([new(3, "late")]), Stop));
        Assert.Equal(WriteOutcome.Written, await Experiments.WriteStepsAsync(Id, 3, "k-train", new([new(3, "again")]), Stop));
        await Experiments.WriteAsync(Samples.New(running) with { Expected = 2, State = Samples.State(Order) with { Fence = 3 } }, Stop);
        Assert.Equal(WriteOutcome.Stale, await Experiments.WriteStepsAsync(Id, 3, "k-train", new([new(3, "later")]), Stop));
        Assert.Equal(new(3, "again"), (await Rows.StepsAsync("k-train", 2, 10, Stop)).Single());
    }

    [Fact]
    public async Task Steps_of_several_attempts_share_a_transaction_and_one_that_is_stale_keeps_nobody_from_storing()
    {
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => AddRunningAsync(index)));
        WriteOutcome[] came = await Task.WhenAll(ids.Select((id, index) =>
            Experiments.WriteStepsAsync(id, index % 5 == 0 ? 2 : 1, $"k-{index}", new([new(1, "1"), new(2, "2")]), Stop).AsTask()));
        for (int index = 0; index < ids.Length; index++)
        {
            Assert.Equal(index % 5 == 0 ? WriteOutcome.Stale : WriteOutcome.Written, came[index]);
            Assert.Equal(index % 5 == 0 ? 0 : 2, (await Rows.StepsAsync($"k-{index}", 0, 10, Stop)).Count);
        }
    }

    [Fact]
    public async Task An_evaluation_stays_as_it_was_first_stored()
    {
        await PutResultAsync(Order, 1, "k-evaluate", [1]);
        await PutResultAsync(Samples.Order("other"), 1, "k-evaluate", [2]);
        Assert.Equal([1], (await Outbox.ReadMeasurementsAsync(Samples.Id(Samples.Order("other")), Stop))!.Value.Measurements);
    }

    [Fact]
    public async Task A_result_of_an_older_attempt_changes_nothing()
    {
        await PutResultAsync(Order, 5, "k-new", [5]);
        Assert.Equal(WriteOutcome.Written, await PutResultAsync(Order, 4, "k-old", [4]));
        Assert.Equal((5L, 5), ((await Outbox.ReadMeasurementsAsync(Id, Stop)) is var (fence, bytes) ? (fence, bytes[0]) : default));
        await PutResultAsync(Order, 6, "k-newest", [6]);
        Assert.Equal(6, (await Rows.ResultsAsync("sweep", Stop)).Single().Attempt);
    }

    [Fact]
    public async Task A_broken_rule_of_the_tables_fails_its_own_write_alone()
    {
        ExperimentOrder good = Samples.Order("good");
        ExperimentWrite bad = Samples.New(Samples.State(Order)) with
        {
            Result = new(Id, "sweep", "sft", 1, 1, Samples.Noon, "an evaluation that is not there"),
        };
        ValueTask<WriteOutcome> failing = Experiments.WriteAsync(bad, Stop);
        await AddAsync(good);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await failing);
        Assert.Null(await Experiments.ReadAsync(Id, Stop));
        Assert.NotNull(await Experiments.ReadAsync(Samples.Id(good), Stop));
    }

    [Fact]
    public async Task Those_who_wait_for_a_stage_are_found_by_its_key()
    {
        string waiting = await AddAsync(Order, Phase.WaitingForStage);
        await AddAsync(Samples.Order(index: 1), Phase.Queued);
        await AddAsync(Samples.Order(index: 2, training: "k-else"), Phase.WaitingForStage);
        Assert.Equal([waiting], await Experiments.WaitingForAsync("k-train", Stop));
        Assert.Empty(await Experiments.WaitingForAsync("k-none", Stop));
    }

    private static ExperimentWrite Full(StageCondition condition) => new()
    {
        Id = Id,
        Expected = 1,
        State = Samples.State(Order, Phase.Running),
        Stages =
        [
            new(Samples.Stage("k-train", Id, last: Samples.Checkpoint(4)) with
            {
                Previous = Samples.Checkpoint(2),
                Result = Samples.TrainingResult("k-train"),
            }, condition),
        ],
        Events = [Samples.Event("event")],
        StepsOf = "k-train",
        Steps = new([new(1, "{\"step\":1}")]),
        Evaluation = ("k-evaluate", [1, 2, 3]),
        Result = new(Id, "sweep", "sft", 1, 1, Samples.Noon, "k-evaluate"),
    };

    private async Task<string> AddRunningAsync(int index)
    {
        ExperimentState running = Samples.State(Samples.Order(index: index), Phase.Running) with { Fence = 1, SlotId = "node|cpu:0" };
        await Experiments.WriteAsync(Samples.New(running), Stop);
        return Samples.Id(running.Order);
    }

    private async Task AssertLeavesNothing(ExperimentWrite write, WriteOutcome expected)
    {
        Assert.Equal(expected, await Experiments.WriteAsync(write, Stop));
        Stored<ExperimentState>? stored = await Experiments.ReadAsync(Id, Stop);
        Assert.Equal((1L, Phase.Queued), (stored!.Version, stored.Value.Phase));
        Assert.Empty(await Outbox.ReadAfterAsync(0, null, 10, Stop));
        Assert.Empty(await Rows.StepsAsync("k-train", 0, 10, Stop));
        Assert.Null(await Outbox.ReadMeasurementsAsync(Id, Stop));
        Assert.Empty(await Rows.ResultsAsync("sweep", Stop));
    }
}
