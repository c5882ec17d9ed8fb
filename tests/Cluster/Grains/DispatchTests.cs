using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>What becomes of work whose way to a slot fails.</summary>
public class DispatchTests
{
    [Fact]
    public async Task An_experiment_that_the_scheduler_was_not_told_of_starts_ten_seconds_later_at_most()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        silo.Wire.Loses = call => call.Method == nameof(ISchedulerGrain.EnqueueAsync);
        string id = await silo.SubmitAsync();
        await silo.PassAsync(9);
        Assert.Equal(Phase.Queued, (await silo.ViewAsync(id)).Phase);
        await silo.PassAsync(1);
        Assert.Equal(new(id, 1, SiloUnderTest.FirstSlot), (await silo.Trainer.NextAsync()).Lease);
    }

    [Fact]
    public async Task A_slot_that_was_not_told_to_be_free_is_found_free_by_its_next_report()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        SteeredAttempt first = await silo.BeginAsync();
        string waiting = await silo.SubmitAsync();
        await silo.PassAsync(1);
        silo.Wire.Loses = call => call.Method == nameof(ISchedulerGrain.ReleaseAsync);
        await silo.Experiment(first.Experiment).CancelAsync("enough");
        await silo.UntilAsync(() => Task.FromResult(silo.Devices.Reports()[0].Lease is null));
        await silo.PassAsync((int)LeaseTable.Grace.TotalSeconds + 2);
        Assert.Equal(waiting, (await silo.Trainer.NextAsync()).Experiment);
    }

    [Fact]
    public async Task A_dispatch_that_fails_is_tried_again_ever_later_up_to_thirty_seconds_and_others_use_the_slot_meanwhile()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        DateTimeOffset start = silo.Clock.GetUtcNow();
        ExperimentOrder order = silo.NewOrder();
        string failing = Storage.Samples.Id(order);
        bool IsGrant(Call call) => call.Method == nameof(IExperimentGrain.GrantAsync) && call.Grain == failing;
        silo.Wire.Loses = IsGrant;
        await silo.Experiment(failing).SubmitAsync(order);
        await silo.QuietAsync();
        SteeredAttempt other = await silo.BeginAsync();
        Assert.Equal(SiloUnderTest.FirstSlot, other.Lease.SlotId);
        await silo.PassAsync(100);
        Assert.Equal([0, 1, 3, 7, 15, 31, 61, 91],
            silo.Wire.Calls.Where(IsGrant).Select(call => (call.At - start).TotalSeconds));

        silo.Wire.Mend();
        await silo.PassAsync(21);
        Assert.Equal(new(failing, 1, SiloUnderTest.SecondSlot), (await silo.Trainer.NextAsync()).Lease);
    }

    [Fact]
    public async Task An_experiment_whose_start_was_lost_is_started_anew_though_its_slot_has_other_work()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        silo.Wire.Loses = call => call is { Method: nameof(ITrainerSlotGrain.StartAsync), Grain: SiloUnderTest.FirstSlot };
        string lost = await silo.SubmitAsync();
        await silo.QuietAsync();
        silo.Wire.Mend();
        await silo.Scheduler.HeartbeatAsync(silo.Devices.Reports());
        SteeredAttempt other = await silo.BeginAsync();
        Assert.Equal(SiloUnderTest.FirstSlot, other.Lease.SlotId);

        await silo.PassAsync(12);
        SteeredAttempt next = await silo.Trainer.NextAsync();
        Assert.Equal(new(lost, 2, SiloUnderTest.SecondSlot), next.Lease);
        await silo.FinishAsync(other);
        await silo.FinishAsync(next);
    }

    [Fact]
    public async Task A_slot_of_which_nobody_knows_whether_it_began_is_given_nothing_else_before_it_has_reported()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        silo.Wire.LosesAnswer = call => call.Method == nameof(ITrainerSlotGrain.StartAsync);
        string first = await silo.SubmitAsync();
        SteeredAttempt attempt = await silo.Trainer.NextAsync();
        await silo.QuietAsync();
        silo.Wire.Mend();
        string waiting = await silo.SubmitAsync();
        await silo.QuietAsync();
        await silo.PassAsync(12);
        Assert.Equal((Phase.Queued, 0L), await silo.ViewAsync(waiting) is var view ? (view.Phase, view.Attempt) : default);

        Assert.Equal(first, attempt.Experiment);
        await silo.FinishAsync(attempt);
        Assert.Equal(waiting, (await silo.Trainer.NextAsync()).Experiment);
    }
}
