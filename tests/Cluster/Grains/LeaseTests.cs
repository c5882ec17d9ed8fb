using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>What becomes of work whose slot is not heard of.</summary>
public class LeaseTests
{
    [Fact]
    public async Task A_slot_that_is_silent_for_fifteen_seconds_loses_its_experiment_which_goes_on_from_its_last_checkpoint()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt late = await silo.BeginAsync();
        Checkpoint last = await late.CommitAsync(10);
        silo.Wire.Silent = [SiloUnderTest.FirstSlot];
        await silo.PassAsync(15);
        Assert.Equal((Phase.Running, 1), await AttemptOf(silo, late.Experiment));

        await silo.PassAsync(1);
        SteeredAttempt next = await silo.Trainer.NextAsync();
        Assert.Equal(new(late.Experiment, 2, SiloUnderTest.SecondSlot), next.Lease);
        Assert.Equal(last, next.Attempt.Last);

        await RefusedAsync(() => late.CommitAsync(20));
        await silo.UntilAsync(() => Task.FromResult(silo.Devices.Reports()[0].Lease is null));
        Assert.Single(silo.Log.Lines, line => line == $"a write of an attempt at {late.Experiment} was refused, its lease is lost: "
            + $"{late.Experiment}: attempt 1 on {SiloUnderTest.FirstSlot} gave way to attempt 2 on {SiloUnderTest.SecondSlot}");
        await RefusedAsync(() => silo.Experiment(late.Experiment).CompleteAsync(late.Lease, new(late.Ending)).AsTask());
        Assert.Equal(10, (await silo.ViewAsync(late.Experiment)).Step);
        await silo.FinishAsync(next);
        Assert.Single(await silo.Rows.ResultsAsync(SiloUnderTest.Sweep));
        Assert.Equal(
            [
                EventKinds.StageStarted, EventKinds.ExperimentRequeued, EventKinds.StageStarted, EventKinds.StageCompleted,
                EventKinds.StageStarted, EventKinds.StageCompleted, EventKinds.ExperimentCompleted,
            ],
            await silo.EventsAsync(late.Experiment));
    }

    [Fact]
    public async Task A_slot_that_is_lost_in_the_second_in_which_the_rows_are_read_costs_no_second_lease()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt late = await silo.BeginAsync();
        await silo.PassAsync(4);
        silo.Wire.Silent = [SiloUnderTest.FirstSlot];
        TaskCompletionSource isRead = new();
        silo.Wire.Holds = call => call.Method == nameof(IExperimentGrain.RequeueAsync) ? isRead.Task : Task.CompletedTask;
        await silo.PassAsync(16); // the twentieth second reads the rows, and the experiment has not heard yet that it lost its slot

        isRead.SetResult();
        SteeredAttempt next = await silo.Trainer.NextAsync();
        Assert.Equal(new(late.Experiment, 2, SiloUnderTest.SecondSlot), next.Lease);
    }

    [Fact]
    public async Task A_clock_that_jumps_by_an_hour_costs_nothing_where_the_slots_go_on_reporting()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        await attempt.CommitAsync(10);
        TaskCompletionSource isJudged = new();
        silo.Wire.Holds = call => call.Method == nameof(ISchedulerGrain.HeartbeatAsync) ? isJudged.Task : Task.CompletedTask;
        Task heard = silo.Wire.Heard;
        await silo.Clock.PassAsync(TimeSpan.FromHours(1)); // the scheduler looks before any slot can report
        isJudged.SetResult();
        await heard.WaitAsync(SiloUnderTest.Patience);
        await silo.PassAsync(20);

        await silo.FinishAsync(attempt);
        Assert.Equal(2, silo.Trainer.Begun);
        Assert.Single(await silo.Rows.ResultsAsync(SiloUnderTest.Sweep));
        Assert.DoesNotContain(EventKinds.ExperimentRequeued, await silo.EventsAsync(attempt.Experiment));
    }

    [Fact]
    public async Task An_experiment_that_is_cancelled_ends_though_its_slot_is_silent_and_hears_nothing()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt late = await silo.BeginAsync();
        silo.Wire.Silent = [SiloUnderTest.FirstSlot];
        silo.Wire.Loses = call => call.Method == nameof(ITrainerSlotGrain.StopAsync);
        await silo.Experiment(late.Experiment).CancelAsync("enough");
        await silo.PassAsync(30);

        await RefusedAsync(() => late.CommitAsync(10));
        Assert.Equal((Phase.Cancelled, 1), await AttemptOf(silo, late.Experiment));
        Assert.Equal([EventKinds.StageStarted, EventKinds.ExperimentCancelled], await silo.EventsAsync(late.Experiment));
        Assert.Empty(await silo.Rows.ResultsAsync(SiloUnderTest.Sweep));
    }

    [Fact]
    public async Task A_slot_that_speaks_again_is_given_work_once_its_late_attempt_has_ended()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt late = await silo.BeginAsync();
        silo.Wire.Silent = [SiloUnderTest.FirstSlot];
        await silo.PassAsync(16);
        SteeredAttempt next = await silo.Trainer.NextAsync();
        silo.Wire.Mend();
        string waiting = await silo.SubmitAsync();
        await silo.PassAsync(20);
        Assert.Equal((Phase.Queued, 0), await AttemptOf(silo, waiting));

        await RefusedAsync(() => late.CommitAsync(10));
        SteeredAttempt after = await Then(silo);
        Assert.Equal(new(waiting, 1, SiloUnderTest.FirstSlot), after.Lease);
        Assert.Equal((Phase.Running, 2), await AttemptOf(silo, next.Experiment));
    }

    // The slot's hint may be overtaken by nothing but its own report.
    private static async Task<SteeredAttempt> Then(SiloUnderTest silo)
    {
        await silo.UntilAsync(() => Task.FromResult(silo.Devices.Reports()[0].Lease is null));
        await silo.PassAsync(1);
        return await silo.Trainer.NextAsync();
    }

    private static async Task<(Phase Phase, long Attempt)> AttemptOf(SiloUnderTest silo, string experiment) =>
        await silo.ViewAsync(experiment) is var view ? (view.Phase, view.Attempt) : default;

    private static async Task RefusedAsync(Func<Task> write) =>
        Assert.Equal(FaultCode.LeaseLost, (await Assert.ThrowsAsync<Fault>(write)).Code);
}
