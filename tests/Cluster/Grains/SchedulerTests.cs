using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>A scheduler may end, or be doubled, at any time.</summary>
public class SchedulerTests
{
    [Fact]
    public async Task A_scheduler_that_ends_is_rebuilt_from_rows_and_what_runs_stays_where_it_is()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt first = await silo.BeginAsync();
        SteeredAttempt second = await silo.BeginAsync();
        string third = await silo.SubmitAsync();
        for (int time = 0; time < 3; time++)
        {
            await silo.DeactivateAsync(silo.Scheduler);
            await silo.PassAsync(20);
        }

        Assert.Equal(2, silo.Trainer.Begun);
        await silo.FinishAsync(first);
        Assert.Equal(new(third, 1, SiloUnderTest.FirstSlot), (await silo.Trainer.NextAsync()).Lease);
        await silo.FinishAsync(second);
        Assert.DoesNotContain(EventKinds.ExperimentRequeued, await silo.EventsAsync(first.Experiment));
        Assert.DoesNotContain(EventKinds.ExperimentRequeued, await silo.EventsAsync(second.Experiment));
    }

    [Fact]
    public async Task What_is_queued_when_a_scheduler_ends_keeps_its_order()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        SteeredAttempt running = await silo.BeginAsync();
        List<string> queued = [await silo.SubmitAsync(), await silo.SubmitAsync(), await silo.SubmitAsync()];
        await silo.DeactivateAsync(silo.Scheduler);
        await silo.PassAsync(1);
        List<string> begun = [];
        for (int place = 0; place < queued.Count; place++)
        {
            await silo.Experiment(running.Experiment).CancelAsync("enough");
            running = await silo.Trainer.NextAsync();
            begun.Add(running.Experiment);
        }

        Assert.Equal(queued, begun);
    }

    [Fact]
    public async Task A_second_scheduler_that_no_slot_reports_to_takes_nothing_away()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        await silo.Grains.GetGrain<ISchedulerGrain>("double").SlotsAsync();
        await silo.PassAsync(60);
        await silo.FinishAsync(attempt);
        Assert.DoesNotContain(EventKinds.ExperimentRequeued, await silo.EventsAsync(attempt.Experiment));
    }

    [Fact]
    public async Task Two_schedulers_that_hear_of_the_same_slots_cost_time_and_no_truth()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        ISchedulerGrain twin = silo.Grains.GetGrain<ISchedulerGrain>("double");
        silo.Wire.Loses = call => call.Method == nameof(ISchedulerGrain.EnqueueAsync); // both find the rows for themselves
        List<string> open = [];
        for (int index = 0; index < 6; index++)
        {
            open.Add(await silo.SubmitAsync());
        }

        string[] all = [.. open];
        int turns = 0;
        for (int taken = 0; open.Count > 0; await silo.PassAsync(1))
        {
            Assert.True(turns++ < 1000, $"{open.Count} experiments do not end");
            await twin.HeartbeatAsync(silo.Devices.Reports());
            for (; taken < silo.Trainer.Begun; taken++)
            {
                await WorkAsync(await silo.Trainer.NextAsync());
            }

            open = await Open(silo, open);
        }

        await Assert.AllAsync(all, async id => Assert.Single(await silo.EventsAsync(id), kind => kind == EventKinds.ExperimentCompleted));
        Assert.Equal(all.Length, (await silo.Rows.ResultsAsync(SiloUnderTest.Sweep)).Count);
    }

    // An attempt that one scheduler began and the other gave back is refused.
    private static async Task WorkAsync(SteeredAttempt attempt)
    {
        try
        {
            if (attempt.Attempt.Stage.Name != StagePlanner.Evaluate)
            {
                await attempt.CommitAsync(20);
            }

            attempt.End();
        }
        catch (Fault fault)
        {
            Assert.Equal(FaultCode.LeaseLost, fault.Code);
        }
    }

    private static async Task<List<string>> Open(SiloUnderTest silo, List<string> ids)
    {
        List<string> open = [];
        foreach (string id in ids)
        {
            if (!(await silo.ViewAsync(id)).Phase.IsEnd())
            {
                open.Add(id);
            }
        }

        return open;
    }
}
