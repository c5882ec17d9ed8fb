using CsCheck;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Orchestration;

public class ExperimentRulesTests
{
    private static readonly StagePlan Sft = new("sft", "k-sft", 8);
    private static readonly StagePlan Rlvr = new("rlvr", "k-rlvr", 8);
    private readonly StageTable table = new();

    [Fact]
    public void A_slot_that_asks_twice_gets_the_same_lease_and_another_hears_who_holds_it()
    {
        Submit("s/a", Sft, Evaluate("a"));
        Grant("s/a", "x");
        Assert.Equal((GrantOutcome.Granted, null), ExperimentRules.Grant("s/a", State("s/a"), "x", StageTable.Now));
        Assert.Equal((GrantOutcome.AlreadyLeased, null), ExperimentRules.Grant("s/a", State("s/a"), "y", StageTable.Now));
        Assert.Equal(1, State("s/a").Fence);
    }

    [Fact]
    public void Whoever_lost_the_lease_writes_nothing()
    {
        Submit("s/a", Sft, Evaluate("a"));
        Lease old = Grant("s/a", "x");
        table.Apply("s/a", ExperimentRules.Requeue("s/a", State("s/a"), old.Fence, "lost", FailureKind.NodeLost, StageTable.Now));
        Grant("s/a", "y");
        Fault fault = Assert.Throws<Fault>(() => ExperimentRules.Commit("s/a", State("s/a"), old, Saved("s/a", 4), StepRows.None));
        Assert.Equal("s/a: attempt 1 on x gave way to attempt 2 on y", fault.Message);
        Assert.Equal(FaultCode.LeaseLost, fault.Code);
        Assert.Throws<Fault>(() => ExperimentRules.Complete("s/a", State("s/a"), old, Ending("s/a", 8), StageTable.Now));
        Assert.Throws<Fault>(() => ExperimentRules.Fail("s/a", State("s/a"), old, "late", FailureKind.Unknown, StageTable.Now));
    }

    [Fact]
    public void A_late_requeue_of_an_older_fence_changes_nothing()
    {
        Submit("s/a", Sft, Evaluate("a"));
        Lease old = Grant("s/a", "x");
        table.Apply("s/a", ExperimentRules.Requeue("s/a", State("s/a"), old.Fence, "lost", FailureKind.NodeLost, StageTable.Now));
        Grant("s/a", "y");
        Assert.Null(ExperimentRules.Requeue("s/a", State("s/a"), old.Fence, "lost again", FailureKind.NodeLost, StageTable.Now));
    }

    [Fact]
    public void A_shared_stage_is_trained_once_and_each_experiment_keeps_it_in_its_account()
    {
        Submit("s/sft", Sft, Evaluate("sft"));
        Submit("s/both", Sft, Rlvr, Evaluate("both"));
        Assert.Equal(Phase.WaitingForStage, State("s/both").Phase);

        Complete("s/sft", 8);
        table.Wake();

        Assert.Equal((Phase.Queued, 1), (State("s/both").Phase, State("s/both").StageIndex));
        Assert.Equal("s/k-sft/s/sft/f1-s8", State("s/both").Attempt("s/both").Start!.Blob);
        Assert.True(State("s/both").Finished[0].IsReused);
    }

    [Fact]
    public void Where_the_owner_ends_without_the_stage_the_next_goes_on_from_its_checkpoint()
    {
        Submit("s/sft", Sft, Evaluate("sft"));
        Submit("s/both", Sft, Rlvr, Evaluate("both"));
        Lease lease = Grant("s/sft", "x");
        table.Apply("s/sft", ExperimentRules.Commit("s/sft", State("s/sft"), lease, Saved("s/sft", 4), StepRows.None));
        table.Apply("s/sft", ExperimentRules.Cancel("s/sft", State("s/sft"), "enough", StageTable.Now));
        table.Wake();

        Assert.Equal((Phase.Queued, 0), (State("s/both").Phase, State("s/both").StageIndex));
        Assert.Equal(4, State("s/both").Attempt("s/both").Last!.Step);
    }

    [Fact]
    public void A_failed_attempt_counts_and_the_third_is_the_last()
    {
        Submit("s/a", Sft, Evaluate("a"));
        for (int attempt = 1; attempt <= ExperimentRules.FailuresMax; attempt++)
        {
            Lease lease = Grant("s/a", "x");
            table.Apply("s/a", ExperimentRules.Fail("s/a", State("s/a"), lease, "no luck", FailureKind.Unknown, StageTable.Now));
            Assert.Equal(attempt == ExperimentRules.FailuresMax ? Phase.Failed : Phase.Queued, State("s/a").Phase);
        }

        Assert.Equal("no luck", State("s/a").Reason);
        Assert.Equal(StageState.Abandoned, table.Stages["k-sft"].State);
    }

    [Fact]
    public void A_lost_checkpoint_costs_one_checkpoint()
    {
        Submit("s/a", Sft, Evaluate("a"));
        Lease lease = Grant("s/a", "x");
        Commit("s/a", lease, 2);
        Commit("s/a", lease, 4);
        table.Apply("s/a", ExperimentRules.LoseOwn("s/a", State("s/a"), lease, Saved("s/a", 4), "damaged", StageTable.Now));
        Assert.Equal((2, null), (State("s/a").Last!.Step, State("s/a").Previous));
        Assert.Equal(EventKinds.CheckpointLost, table.Events[^1].Kind);
    }

    [Fact]
    public void A_lost_model_is_trained_again_from_the_checkpoint_before_it_by_whoever_needs_it()
    {
        Submit("s/sft", Sft, Evaluate("sft"));
        Submit("s/both", Sft, Rlvr, Evaluate("both"));
        Complete("s/sft", 8, before: 4);
        table.Wake();
        Lease lease = Grant("s/both", "y");
        ExperimentState state = State("s/both");

        table.Apply("s/both", ExperimentRules.LoseStart("s/both", state, lease, table.Stages["k-sft"], "damaged", StageTable.Now));

        Assert.Equal((Phase.Queued, 0), (State("s/both").Phase, State("s/both").StageIndex));
        Assert.Equal(4, State("s/both").Attempt("s/both").Last!.Step);
        Assert.Equal((StageState.Claimed, "s/both"), (table.Stages["k-sft"].State, table.Stages["k-sft"].Owner));
        Assert.Equal(StageState.Abandoned, table.Stages["k-rlvr"].State);
    }

    [Fact]
    public void A_model_that_was_given_up_while_it_was_about_to_be_used_is_trained_again()
    {
        Submit("s/sft", Sft, Evaluate("sft"));
        Submit("s/both", Sft, Rlvr, Evaluate("both"));
        Complete("s/sft", 8, before: 4);
        table.Wake();
        Lease lease = Grant("s/both", "y");
        StageRow expired = table.Stages["k-sft"] with { State = StageState.Expired, Last = null, Previous = null };
        table.Apply("s/both", new(State("s/both")) { Stages = [new(expired, StageCondition.IsDone)] });

        table.Apply("s/both", ExperimentRules.LoseStart("s/both", State("s/both"), lease, expired, "is gone", StageTable.Now));

        Assert.Equal((Phase.Queued, 0, null), (State("s/both").Phase, State("s/both").StageIndex, State("s/both").Last));
        Assert.Equal((StageState.Claimed, "s/both"), (table.Stages["k-sft"].State, table.Stages["k-sft"].Owner));
    }

    // Any order of grants, commits, losses, failures, cancels and late writes, over experiments that share stages.
    [Fact]
    public void Whatever_happens_every_experiment_ends_once_and_no_old_lease_writes() => Commands.Sample(commands =>
    {
        StageTable any = new();
        string[] ids = ["s/sft", "s/both", "s/again"];
        any.Apply(ids[0], ExperimentRules.Submit(StageTable.Order("s", "sft", Sft, Evaluate("sft")), StageTable.Now));
        any.Apply(ids[1], ExperimentRules.Submit(StageTable.Order("s", "both", Sft, Rlvr, Evaluate("both")), StageTable.Now));
        any.Apply(ids[2], ExperimentRules.Submit(StageTable.Order("s", "again", Sft, Rlvr, Evaluate("both")), StageTable.Now));
        Dictionary<string, List<Lease>> leases = ids.ToDictionary(id => id, _ => new List<Lease>());
        foreach ((int kind, int which, int slot, int age) in commands.Concat(Finish(ids.Length)))
        {
            string id = ids[which];
            ExperimentState state = any.Experiments[id];
            long fence = state.Fence;
            Lease? lease = leases[id].Count == 0 ? null : leases[id][^Math.Min(leases[id].Count, age + 1)];
            bool isValid = lease is not null && state.Phase == Phase.Running && lease.Fence == fence && lease.SlotId == state.SlotId;
            try
            {
                ExperimentChange? change = Command(kind, id, state, $"slot{slot}", lease);
                Assert.True(isValid || kind is 0 or 5 or 6 or 7 || change is null, $"{kind} went through under {lease}");
                any.Apply(id, change);
            }
            catch (Fault fault) when (fault.Code == FaultCode.LeaseLost)
            {
                Assert.False(isValid);
            }

            ExperimentState after = any.Experiments[id];
            Assert.True(after.Fence >= fence);
            if (after.Phase == Phase.Running && after.Fence > fence)
            {
                leases[id].Add(after.Lease(id));
            }

            any.Wake();
        }

        Assert.All(ids, id => Assert.True(any.Experiments[id].Phase.IsEnd(), $"{id} is {any.Experiments[id].Phase}"));
        Assert.All(ids, id => Assert.Single(any.Events, one => one.Id == $"{id}/ended"));
        Assert.Equal(any.Experiments.Where(pair => pair.Value.Phase == Phase.Succeeded).Select(pair => pair.Key).Order(),
            any.Results.Select(result => result.ExperimentId).Order());
        Assert.DoesNotContain(any.Stages.Values, stage => stage.State == StageState.Claimed);
    });

    private static Gen<(int Kind, int Which, int Slot, int Age)[]> Commands =>
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Int[0, 2]).Array[0, 80];

    // Enough grants and completions for whatever is left.
    private static IEnumerable<(int Kind, int Which, int Slot, int Age)> Finish(int experiments) =>
        Enumerable.Range(0, 12).SelectMany(_ => Enumerable.Range(0, experiments).SelectMany(which =>
            new[] { (7, which, 0, 0), (0, which, 0, 0), (2, which, 0, 0) }));

    private static ExperimentChange? Command(int kind, string id, ExperimentState state, string slot, Lease? lease)
    {
        switch (kind)
        {
            case 0:
                return ExperimentRules.Grant(id, state, slot, StageTable.Now).Change;
            case 5:
                return state.Failures == 2 ? ExperimentRules.Cancel(id, state, "enough", StageTable.Now) : null;
            case 6:
                return ExperimentRules.Requeue(id, state, lease?.Fence ?? 0, "lost", FailureKind.NodeLost, StageTable.Now);
            case 7:
                return ExperimentRules.Requeue(id, state, state.Fence, "lost", FailureKind.NodeLost, StageTable.Now);
        }

        return lease is null ? null : kind switch
        {
            1 => ExperimentRules.Commit(id, state, lease, Saved(id, (state.Last?.Step ?? 0) + 1), StepRows.None),
            2 => ExperimentRules.Complete(id, state, lease, Ending(id, 8), StageTable.Now),
            3 => ExperimentRules.Fail(id, state, lease, "bad luck", FailureKind.Unknown, StageTable.Now),
            _ => state.Last is null ? null : ExperimentRules.LoseOwn(id, state, lease, state.Last, "damaged", StageTable.Now),
        };
    }

    private static StagePlan Evaluate(string of) => new("evaluate", $"k-evaluate-{of}", 1);

    private static Checkpoint Saved(string id, int step, string key = "k-sft") => new($"s/{key}/{id}/f1-s{step}", step, 10, "00");

    private static StageEnding Ending(string id, int step) => new(Saved(id, step), null, StepRows.None, null);

    private ExperimentState State(string id) => table.Experiments[id];

    private void Submit(string id, params StagePlan[] stages) =>
        table.Apply(id, ExperimentRules.Submit(StageTable.Order("s", id[2..], stages), StageTable.Now));

    private Lease Grant(string id, string slot)
    {
        (GrantOutcome outcome, ExperimentChange? change) = ExperimentRules.Grant(id, State(id), slot, StageTable.Now);
        Assert.Equal(GrantOutcome.Granted, outcome);
        table.Apply(id, change);
        return State(id).Lease(id);
    }

    private void Commit(string id, Lease lease, int step) =>
        table.Apply(id, ExperimentRules.Commit(id, State(id), lease, Saved(id, step), StepRows.None));

    private void Complete(string id, int step, int? before = null)
    {
        Lease lease = Grant(id, "x");
        if (before is { } early)
        {
            Commit(id, lease, early);
        }

        table.Apply(id, ExperimentRules.Complete(id, State(id), lease, Ending(id, step), StageTable.Now));
    }
}
