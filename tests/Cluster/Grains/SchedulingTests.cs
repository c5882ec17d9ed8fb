using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>Labels, priorities and limits, over real grains: who gets a slot, who gives way, who waits and for what.</summary>
public class SchedulingTests
{
    [Fact]
    public async Task A_label_that_no_slot_has_is_waited_for_and_said_and_holds_up_nobody()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        string waiting = await silo.SubmitAsync(Requiring("gpu", "h100"));
        SteeredAttempt other = await silo.BeginAsync(Requiring("device", "cpu"));
        await silo.PassAsync(15);
        Assert.Equal(["waits for label gpu=h100: no slot has it"], await silo.WhyAsync(waiting));
        Assert.Empty(await silo.WhyAsync(other.Experiment));
        Dictionary<string, string> labels = new() { ["gpu"] = "h100" };
        await silo.Scheduler.HeartbeatAsync([new("far|cuda:0", null, null, true, labels, "it is new")]);
        Assert.Equal(["1 of 1 matching slots take no work: far|cuda:0: it is new"], await silo.WhyAsync(waiting));
    }

    [Fact]
    public async Task A_higher_priority_takes_the_slot_of_whoever_loses_least_and_that_goes_on_from_its_checkpoint()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt first = await silo.BeginAsync();
        SteeredAttempt second = await silo.BeginAsync();
        await first.StepAsync(15);
        await first.CommitAsync(10);
        await second.StepAsync(13);
        await second.CommitAsync(12);
        await silo.PassAsync(1);
        string urgent = await silo.SubmitAsync(new() { Priority = 1 });
        await silo.PassAsync(1);
        SteeredAttempt taken = await silo.Trainer.NextAsync();
        Assert.Equal((urgent, second.Lease.SlotId), (taken.Experiment, taken.Lease.SlotId));
        await silo.PassAsync(20);
        ExperimentView victim = await silo.ViewAsync(second.Experiment);
        Assert.Equal((Phase.Queued, FailureKind.Preempted, 0), (victim.Phase, victim.Failure!.Kind, victim.Failures));
        Assert.Equal(Phase.Running, (await silo.ViewAsync(first.Experiment)).Phase);
        Assert.Equal(
            ["1 of 2 matching slots are busy with higher priority", "1 of 2 matching slots are busy with the same or a lower priority"],
            await silo.WhyAsync(second.Experiment));

        await silo.FinishAsync(taken);
        SteeredAttempt back = await silo.Trainer.NextAsync();
        Assert.Equal((second.Experiment, 2L, 12), (back.Experiment, back.Lease.Fence, back.Attempt.Last!.Step));
        Assert.Single(await silo.EventsAsync(second.Experiment), kind => kind == EventKinds.ExperimentRequeued);
    }

    [Fact]
    public async Task An_evaluation_which_would_begin_anew_gives_way_after_what_says_how_much_it_loses()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt first = await silo.BeginAsync();
        await first.CommitAsync(20);
        first.End();
        SteeredAttempt evaluation = await silo.Trainer.NextAsync();
        SteeredAttempt training = await silo.BeginAsync();
        await training.StepAsync(15);
        await training.CommitAsync(10);
        await silo.PassAsync(1);
        string urgent = await silo.SubmitAsync(new() { Priority = 1 });
        await silo.PassAsync(1);
        SteeredAttempt taken = await silo.Trainer.NextAsync();
        Assert.Equal((urgent, training.Lease.SlotId), (taken.Experiment, taken.Lease.SlotId));
        Assert.Equal(Phase.Running, (await silo.ViewAsync(evaluation.Experiment)).Phase);
    }

    [Fact]
    public async Task A_row_that_is_older_than_the_lease_which_its_experiment_has_by_now_takes_nobody_s_slot()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        await silo.BeginAsync();
        TaskCompletionSource isOlder = new();
        silo.Wire.Holds = call => call.Method == nameof(IExperimentGrain.GrantAsync) ? isOlder.Task : Task.CompletedTask;
        ScheduleSpec urgent = new() { Priority = 1 };
        string id = await silo.SubmitAsync(urgent);
        await silo.QuietAsync();
        await silo.Scheduler.EnqueueAsync(new([new(id, SiloUnderTest.Sweep, 0, 1, Phase.Queued, 0, null, new(urgent))]));
        isOlder.SetResult();
        Assert.Equal(SiloUnderTest.SecondSlot, (await silo.Trainer.NextAsync()).Lease.SlotId);
        await silo.QuietAsync();
        await silo.PassAsync(12);
        Assert.DoesNotContain(silo.Wire.Calls, call => call.Method == nameof(ITrainerSlotGrain.PreemptAsync));
        Assert.Equal(2, silo.Trainer.Begun);
    }

    [Fact]
    public async Task What_must_not_be_preempted_keeps_its_slot()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        SteeredAttempt kept = await silo.BeginAsync(new() { Preemptible = false });
        string urgent = await silo.SubmitAsync(new() { Priority = 9 });
        await silo.PassAsync(20);
        Assert.Equal(Phase.Running, (await silo.ViewAsync(kept.Experiment)).Phase);
        Assert.Equal(["1 of 1 matching slots are busy with the same or a lower priority"], await silo.WhyAsync(urgent));
    }

    [Fact]
    public async Task A_limit_and_a_priority_hold_over_the_end_of_a_scheduler()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        ScheduleSpec limited = new() { MaxParallel = 1 };
        SteeredAttempt running = await silo.BeginAsync(limited);
        string low = await silo.SubmitAsync(limited);
        string high = await silo.SubmitAsync(limited with { Priority = 1, Preemptible = false });
        await silo.DeactivateAsync(silo.Scheduler);
        await silo.PassAsync(12);
        Assert.Equal(1, silo.Trainer.Begun);
        Assert.Contains("sweep's maxParallel 1 reached", await silo.WhyAsync(high));
        Assert.Equal(["sweep's maxParallel 1 reached", "1 of higher priority wait, too"],
            (await silo.WhyAsync(low)).Where(reason => !reason.Contains("matching slots", StringComparison.Ordinal)));
        await silo.Experiment(running.Experiment).CancelAsync("enough");
        Assert.Equal(high, (await silo.Trainer.NextAsync()).Experiment);
    }

    [Fact]
    public async Task Another_schedule_reaches_what_is_queued()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        SteeredAttempt running = await silo.BeginAsync(new() { Preemptible = false });
        string first = await silo.SubmitAsync();
        ExperimentOrder order = silo.NewOrder();
        string second = Storage.Samples.Id(order);
        await silo.Experiment(second).SubmitAsync(order);
        await silo.Experiment(second).SubmitAsync(order with { Schedule = new() { Priority = 2 } });
        await silo.QuietAsync();
        await silo.Experiment(running.Experiment).CancelAsync("enough");
        Assert.Equal(second, (await silo.Trainer.NextAsync()).Experiment);
        Assert.Equal(Phase.Queued, (await silo.ViewAsync(first)).Phase);
    }

    [Fact]
    public async Task A_drained_slot_gives_its_work_to_another_and_takes_none_before_it_is_opened_whatever_becomes_of_the_scheduler()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt first = await silo.BeginAsync();
        await first.CommitAsync(10);
        ITrainerSlotGrain slot = silo.Grains.GetGrain<ITrainerSlotGrain>(SiloUnderTest.FirstSlot);
        await slot.DrainAsync("it is hot");
        SteeredAttempt moved = await silo.Trainer.NextAsync();
        Assert.Equal((first.Experiment, SiloUnderTest.SecondSlot, 10), (moved.Experiment, moved.Lease.SlotId, moved.Attempt.Last!.Step));
        ExperimentView view = await silo.ViewAsync(first.Experiment);
        Assert.Equal((FailureKind.Drained, 0), (view.Failure!.Kind, view.Failures));

        await silo.DeactivateAsync(silo.Scheduler);
        string waiting = await silo.SubmitAsync();
        await silo.PassAsync(15);
        Assert.Equal(2, silo.Trainer.Begun);
        Assert.Equal((true, "it is hot"), (await silo.Scheduler.SlotsAsync())[0] is var seen ? (seen.IsDraining, seen.Reason) : default);
        await slot.DrainAsync(null);
        Assert.Equal(new(waiting, 1, SiloUnderTest.FirstSlot), (await silo.Trainer.NextAsync()).Lease);
    }

    [Fact]
    public async Task A_slot_on_which_five_experiments_in_a_row_fail_takes_no_more_for_a_while()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        for (int time = 0; time < SlotHealth.FailuresMost; time++)
        {
            SteeredAttempt attempt = await silo.BeginAsync();
            attempt.Fail(FaultCode.Unavailable, "nobody knows");
            await silo.UntilAsync(attempt.Experiment, Phase.Queued);
            await silo.Experiment(attempt.Experiment).CancelAsync("enough");
            await silo.UntilAsync(() => Task.FromResult(silo.Devices.Reports()[0].Lease is null)); // its thread has counted it
            await silo.PassAsync(1);
        }

        string waiting = await silo.SubmitAsync();
        await silo.PassAsync(2);
        Assert.Contains("5 experiments in a row failed on it", Assert.Single(await silo.WhyAsync(waiting)), StringComparison.Ordinal);
        await silo.Grains.GetGrain<ITrainerSlotGrain>(SiloUnderTest.FirstSlot).DrainAsync(null);
        Assert.Equal(waiting, (await silo.Trainer.NextAsync()).Experiment);
    }

    private static ScheduleSpec Requiring(string name, string value) =>
        new() { Require = new Dictionary<string, JsonNode> { [name] = value } };
}
