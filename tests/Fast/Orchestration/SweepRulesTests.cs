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

    private static ExperimentOrder[] Orders(params string[] rows) => [.. rows.Select((row, i) =>
        StageTable.Order("s", row, new StagePlan("evaluate", row, 1)) with { Index = i })];
}
