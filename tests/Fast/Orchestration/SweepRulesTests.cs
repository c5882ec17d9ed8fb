using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class SweepRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly SweepSpec Spec = new() { Name = "s", Base = new JsonObject(), Rows = [], Seeds = [1] };

    [Fact]
    public void A_new_sweep_is_created_and_the_same_one_again_changes_nothing()
    {
        (SubmitOutcome outcome, SweepState? state) = SweepRules.Submit("s", null, Spec, Orders("a", "b"), Now);
        Assert.Equal(SubmitOutcome.Created, outcome);
        Assert.Equal((SubmitOutcome.Unchanged, null), SweepRules.Submit("s", state, Spec, Orders("a", "b"), Now));
    }

    [Fact]
    public void A_sweep_with_more_experiments_extends_the_one_that_is_there()
    {
        SweepState state = SweepRules.Submit("s", null, Spec, Orders("a"), Now).Next! with { Phase = SweepPhase.Succeeded, HandedOver = 1 };
        (SubmitOutcome outcome, SweepState? next) = SweepRules.Submit("s", state, Spec, Orders("b", "a"), Now);
        Assert.Equal(SubmitOutcome.Extended, outcome);
        Assert.Equal((2, SweepPhase.Running, 1), (next!.Revision, next.Phase, next.HandedOver));
        Assert.Equal(["a", "b"], next.Orders.Select(order => order.Row));
        Assert.Equal([0, 1], next.Orders.Select(order => order.Index));
    }

    [Fact]
    public void A_sweep_that_lacks_an_experiment_which_is_there_is_a_conflict_that_names_it()
    {
        SweepState state = SweepRules.Submit("s", null, Spec, Orders("a", "b"), Now).Next!;
        Fault fault = Assert.Throws<Fault>(() => SweepRules.Submit("s", state, Spec, Orders("a", "c"), Now));
        Assert.Equal((FaultCode.Conflict, "s"), (fault.Code, fault.Subject));
        Assert.Contains("experiment b with seed 1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_sweep_takes_nothing_more()
    {
        SweepState state = SweepRules.Submit("s", null, Spec, Orders("a"), Now).Next! with { CancelReason = "enough" };
        Assert.Throws<Fault>(() => SweepRules.Submit("s", state, Spec, Orders("a", "b"), Now));
    }

    [Theory]
    [InlineData(null, Phase.Succeeded, SweepPhase.Succeeded)]
    [InlineData(null, Phase.Failed, SweepPhase.Failed)]
    [InlineData("enough", Phase.Cancelled, SweepPhase.Cancelled)]
    public void A_sweep_ends_as_its_experiments_did(string? cancelled, Phase phase, SweepPhase expected)
    {
        SweepState state = SweepRules.Submit("s", null, Spec, Orders("a"), Now).Next! with { CancelReason = cancelled };
        SweepState ended = SweepRules.End(state, new Dictionary<Phase, int> { [phase] = 1 }, Now);
        Assert.Equal((expected, Now), (ended.Phase, ended.EndedAt));
    }

    [Fact]
    public void Another_schedule_is_handed_over_again_and_is_the_same_sweep()
    {
        SweepState state = SweepRules.Submit("s", null, Spec, Orders("a", "b"), Now).Next! with { HandedOver = 2 };
        ExperimentOrder[] urgent = [.. Orders("a", "b").Select(order => order with { Schedule = new() { Priority = 3 } })];
        (SubmitOutcome outcome, SweepState? next) = SweepRules.Submit("s", state, Spec, urgent, Now);
        Assert.Equal((SubmitOutcome.Rescheduled, 0, 2), (outcome, next!.HandedOver, next.Revision));
        Assert.All(next.Orders, order => Assert.Equal(3, order.Schedule!.Priority));
        Assert.Equal(SubmitOutcome.Unchanged, SweepRules.Submit("s", next, Spec, urgent, Now).Outcome);
    }

    [Fact]
    public void A_sweep_with_failed_experiments_goes_back_to_running_and_asking_twice_is_asking_once()
    {
        SweepState failed = SweepRules.Submit("s", null, Spec, Orders("a", "b"), Now).Next! with
        {
            Phase = SweepPhase.Failed,
            EndedAt = Now,
            HandedOver = 2,
        };
        Dictionary<Phase, int> counts = new() { [Phase.Failed] = 1, [Phase.Succeeded] = 1 };
        SweepState next = SweepRules.Retry(failed, new(), counts)!;
        Assert.Equal((SweepPhase.Running, 2, null), (next.Phase, next.Revision, next.EndedAt));
        Assert.Null(SweepRules.Retry(next, new(), counts));
        Assert.Null(SweepRules.Retry(failed, new(), new Dictionary<Phase, int> { [Phase.Succeeded] = 2 }));
        Assert.Null(SweepRules.Retry(failed, new() { FailedOnly = true }, new Dictionary<Phase, int> { [Phase.Cancelled] = 2 }));
    }

    [Fact]
    public void A_retry_that_a_cancellation_cut_short_stands_in_the_way_of_no_later_one()
    {
        SweepState cancelled = SweepRules.Submit("s", null, Spec, Orders("a"), Now).Next! with { CancelReason = "enough", Retry = new() };
        Dictionary<Phase, int> counts = new() { [Phase.Cancelled] = 1 };
        SweepState ended = SweepRules.End(cancelled, counts, Now);
        Assert.Equal(SweepPhase.Running, SweepRules.Retry(ended, new(), counts)?.Phase);
    }

    [Fact]
    public void A_sweep_that_is_being_cancelled_is_not_retried_before_its_end()
    {
        SweepState state = SweepRules.Submit("s", null, Spec, Orders("a"), Now).Next! with { CancelReason = "enough" };
        Assert.Equal(FaultCode.Conflict,
            Assert.Throws<Fault>(() => SweepRules.Retry(state, new(), new Dictionary<Phase, int> { [Phase.Cancelled] = 1 })).Code);
        Assert.Null(SweepRules.Retry(state with { Phase = SweepPhase.Cancelled }, new(),
            new Dictionary<Phase, int> { [Phase.Cancelled] = 1 })!.CancelReason);
    }

    private static ExperimentOrder[] Orders(params string[] rows) => [.. rows.Select((row, i) =>
        StageTable.Order("s", row, new StagePlan("evaluate", row, 1)) with { Index = i })];
}
