using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class FailureRulesTests
{
    private const string Id = "s/a";
    private static readonly StagePlan Sft = new("sft", "k-sft", 8);
    private static readonly StagePlan Evaluate = new("evaluate", "k-evaluate", 1);
    private readonly StageTable table = new();

    public FailureRulesTests() => table.Apply(Id, ExperimentRules.Submit(StageTable.Order("s", "a", Sft, Evaluate), StageTable.Now));

    private ExperimentState State => table.Experiments[Id];

    [Theory]
    [InlineData(FailureKind.Preempted, Phase.Queued, 0)]
    [InlineData(FailureKind.Drained, Phase.Queued, 0)]
    [InlineData(FailureKind.NodeLost, Phase.Queued, 0)]
    [InlineData(FailureKind.DeviceLost, Phase.Queued, 0)]
    [InlineData(FailureKind.StoreAway, Phase.Queued, 0)]
    [InlineData(FailureKind.Unknown, Phase.Queued, 1)]
    [InlineData(FailureKind.OutOfMemory, Phase.Failed, 1)]
    [InlineData(FailureKind.BadData, Phase.Failed, 1)]
    [InlineData(FailureKind.Diverged, Phase.Failed, 1)]
    [InlineData(FailureKind.UserError, Phase.Failed, 1)]
    public void Each_kind_of_failure_has_its_rule(FailureKind kind, Phase then, int failures)
    {
        Fail(kind);
        Assert.Equal((then, failures, kind), (State.Phase, State.Failures, State.Failure!.Kind));
        Assert.Equal(SpecJson.Word(kind), (string?)table.Events[^1].Data["kind"]);
    }

    [Theory]
    [InlineData(FaultCode.OutOfMemory, FailureKind.OutOfMemory)]
    [InlineData(FaultCode.DeviceLost, FailureKind.DeviceLost)]
    [InlineData(FaultCode.FileDamaged, FailureKind.BadData)]
    [InlineData(FaultCode.Diverged, FailureKind.Diverged)]
    [InlineData(FaultCode.SpecInvalid, FailureKind.UserError)]
    [InlineData(FaultCode.NotFound, FailureKind.Unknown)]
    [InlineData(FaultCode.Unavailable, FailureKind.Unknown)]
    public void A_fault_says_what_kind_of_failure_it_is(FaultCode code, FailureKind kind)
    {
        Assert.Equal(kind, FailureRules.Of(new Fault(code, "it", "is wrong")));
        Assert.Equal(FailureKind.Unknown, FailureRules.Of(new InvalidOperationException("it is wrong")));
    }

    [Fact]
    public void What_nobody_knows_the_cause_of_waits_ever_longer_before_it_is_tried_again()
    {
        Fail(FailureKind.Unknown);
        Assert.Equal(StageTable.Now.AddSeconds(5), State.NotBefore);
        Fail(FailureKind.Unknown);
        Assert.Equal(StageTable.Now.AddSeconds(10), State.NotBefore);
        Fail(FailureKind.Unknown);
        Assert.Equal(Phase.Failed, State.Phase);
        Assert.Equal([5, 10, 20, 300], new[] { 1, 2, 3, 50 }.Select(failures => FailureRules.Wait(failures).TotalSeconds));
    }

    [Theory]
    [InlineData(FailureKind.NodeLost)]
    [InlineData(FailureKind.DeviceLost)]
    public void What_is_lost_again_waits_and_the_fifth_loss_without_a_checkpoint_is_the_last(FailureKind kind)
    {
        foreach (int? wait in new int?[] { null, 5, 10, 20 })
        {
            Fail(kind);
            Assert.Equal((Phase.Queued, 0), (State.Phase, State.Failures));
            Assert.Equal(wait is { } seconds ? StageTable.Now.AddSeconds(seconds) : null, State.NotBefore);
        }

        Fail(kind);
        Assert.Equal((Phase.Failed, 0, kind), (State.Phase, State.Failures, State.Failure!.Kind));
        Assert.Equal("it happened; 5 slots were lost under it, without a checkpoint between", State.Reason);
        Assert.Equal(EventKinds.ExperimentFailed, table.Events[^1].Kind);
        table.Apply(Id, WishRules.Retry(Id, State, failedOnly: true, StageTable.Now));
        Assert.Equal((Phase.Queued, 0), (State.Phase, State.Losses));
    }

    [Fact]
    public void An_outage_of_the_store_waits_ever_longer_and_the_twentieth_after_more_than_an_hour_is_the_last()
    {
        TimeSpan waited = TimeSpan.Zero;
        for (int outage = 1; outage < ExperimentRules.OutagesMax; outage++)
        {
            Fail(FailureKind.StoreAway);
            Assert.Equal((Phase.Queued, 0, 0, StageTable.Now + FailureRules.Wait(outage)),
                (State.Phase, State.Failures, State.Losses, State.NotBefore));
            waited += FailureRules.Wait(outage);
        }

        Assert.InRange(waited, TimeSpan.FromHours(1), TimeSpan.FromHours(1.5));
        Fail(FailureKind.StoreAway);
        Assert.Equal((Phase.Failed, 0, FailureKind.StoreAway), (State.Phase, State.Failures, State.Failure!.Kind));
        Assert.Equal("it happened; the checkpoint store was away from 20 attempts in a row, without a checkpoint between", State.Reason);
        table.Apply(Id, WishRules.Retry(Id, State, failedOnly: true, StageTable.Now));
        Assert.Equal((Phase.Queued, 0), (State.Phase, State.Outages));
    }

    [Fact]
    public void A_checkpoint_ends_the_count_of_outages_and_a_lost_node_is_counted_apart()
    {
        Fail(FailureKind.StoreAway);
        Fail(FailureKind.NodeLost);
        Assert.Equal((1, 1), (State.Outages, State.Losses));
        Lease lease = Grant();
        table.Apply(Id, ExperimentRules.Commit(Id, State, lease, new("blob", 4, 10, "00"), StepRows.None));
        Assert.Equal((0, 0), (State.Outages, State.Losses));
    }

    [Fact]
    public void Only_the_store_s_own_absence_is_an_outage_of_it() => Assert.Equal(FailureKind.StoreAway,
        FailureRules.Of(new StoreAwayException(new(FaultCode.Unavailable, "blob", "the blob store failed"))));

    [Fact]
    public void What_comes_on_between_two_losses_may_lose_as_often_as_it_likes()
    {
        for (int step = 1; step <= 20; step++)
        {
            Lease lease = Grant();
            table.Apply(Id, ExperimentRules.Commit(Id, State, lease, new($"blob{step}", step, 10, "00"), StepRows.None));
            table.Apply(Id, ExperimentRules.Requeue(Id, State, lease.Fence, "lost", FailureKind.NodeLost, StageTable.Now));
            Assert.Equal((Phase.Queued, 1), (State.Phase, State.Losses));
        }

        Fail(FailureKind.NodeLost);
        Lease last = Grant();
        table.Apply(Id, ExperimentRules.Complete(Id, State, last, new(State.Last, null, StepRows.None, null), StageTable.Now));
        Assert.Equal((1, 0), (State.StageIndex, State.Losses));
    }

    [Fact]
    public void Memory_that_was_too_small_is_advised_about()
    {
        Fail(FailureKind.OutOfMemory);
        Assert.StartsWith("it happened; ask for a slot with more memory by schedule.require", State.Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public void However_often_it_is_preempted_no_attempt_is_used_up()
    {
        for (int time = 0; time < 20; time++)
        {
            Fail(FailureKind.Preempted);
        }

        Assert.Equal((Phase.Queued, 0, 20L), (State.Phase, State.Failures, State.Fence));
    }

    [Fact]
    public void What_failed_is_run_again_from_its_last_checkpoint_with_all_of_its_attempts()
    {
        Lease lease = Grant();
        table.Apply(Id, ExperimentRules.Commit(Id, State, lease, new("blob", 4, 10, "00"), StepRows.None));
        table.Apply(Id, ExperimentRules.Fail(Id, State, lease, "it happened", FailureKind.Diverged, StageTable.Now));
        table.Apply(Id, WishRules.Retry(Id, State, failedOnly: true, StageTable.Now));
        Assert.Equal((Phase.Queued, 0, 4), (State.Phase, State.Failures, State.Last!.Step));
        Assert.Null(WishRules.Retry(Id, State, failedOnly: true, StageTable.Now));
        Assert.Equal(lease.Fence + 1, Grant().Fence);
        table.Apply(Id, ExperimentRules.Fail(Id, State, State.Lease(Id), "again", FailureKind.Diverged, StageTable.Now));
        Assert.Equal(["s/a/ended", "s/a/ended/1"],
            table.Events.Where(one => one.Kind == EventKinds.ExperimentFailed).Select(one => one.Id));
    }

    [Fact]
    public void What_was_cancelled_is_run_again_only_where_that_is_asked_for_and_what_succeeded_never()
    {
        table.Apply(Id, ExperimentRules.Cancel(Id, State, "enough", StageTable.Now));
        Assert.Null(WishRules.Retry(Id, State, failedOnly: true, StageTable.Now));
        table.Apply(Id, WishRules.Retry(Id, State, failedOnly: false, StageTable.Now));
        Assert.Equal(Phase.Queued, State.Phase);
        Assert.Null(WishRules.Retry(Id, State with { Phase = Phase.Succeeded }, failedOnly: false, StageTable.Now));
    }

    [Fact]
    public void Another_schedule_changes_neither_lease_nor_place()
    {
        Grant();
        ScheduleSpec urgent = new() { Priority = 5 };
        ExperimentState next = WishRules.Reschedule(State, urgent)!.Next;
        Assert.Equal((State.Fence, State.SlotId, State.Phase, 5), (next.Fence, next.SlotId, next.Phase, next.Terms().Schedule.Priority));
        Assert.Null(WishRules.Reschedule(next, new ScheduleSpec { Priority = 5 }));
        Assert.Null(WishRules.Reschedule(State with { Phase = Phase.Succeeded }, urgent));
    }

    private Lease Grant()
    {
        table.Apply(Id, ExperimentRules.Grant(Id, State, "x", StageTable.Now).Change);
        return State.Lease(Id);
    }

    private void Fail(FailureKind kind)
    {
        Lease lease = Grant();
        table.Apply(Id, ExperimentRules.Fail(Id, State, lease, "it happened", kind, StageTable.Now));
    }
}
