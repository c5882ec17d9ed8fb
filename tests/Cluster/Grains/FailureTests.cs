using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>What becomes of an experiment whose attempt ends early, by the kind of its end.</summary>
public class FailureTests
{
    [Theory]
    [InlineData(FaultCode.OutOfMemory, FailureKind.OutOfMemory)]
    [InlineData(FaultCode.FileDamaged, FailureKind.BadData)]
    [InlineData(FaultCode.Diverged, FailureKind.Diverged)]
    [InlineData(FaultCode.SpecInvalid, FailureKind.UserError)]
    public async Task What_would_fail_again_fails_at_once_and_says_how(FaultCode code, FailureKind kind)
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        attempt.Fail(code, "it happened");
        await silo.UntilAsync(attempt.Experiment, Phase.Failed);
        ExperimentView view = await silo.ViewAsync(attempt.Experiment);
        Assert.Equal((kind, 1), (view.Failure!.Kind, view.Failures));
        Assert.Contains("it happened", view.Failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_knows_the_cause_of_is_tried_again_after_five_then_ten_seconds_and_a_third_time_not()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        SteeredAttempt attempt = await silo.BeginAsync();
        foreach (int wait in new[] { 5, 10 })
        {
            DateTimeOffset failed = silo.Clock.GetUtcNow();
            attempt.Fail(FaultCode.Unavailable, "it happened");
            await silo.UntilAsync(attempt.Experiment, Phase.Queued);
            await silo.QuietAsync();
            Assert.Equal($"back-off until {failed.AddSeconds(wait):yyyy-MM-dd HH:mm:ss}Z", (await silo.WhyAsync(attempt.Experiment))[0]);
            await silo.DeactivateAsync(silo.Scheduler); // it is no secret of one scheduler
            int begun = silo.Trainer.Begun;
            await silo.PassAsync(wait - 1);
            Assert.Equal(begun, silo.Trainer.Begun);
            await silo.PassAsync(2);
            attempt = await silo.Trainer.NextAsync();
        }

        attempt.Fail(FaultCode.Unavailable, "it happened");
        await silo.UntilAsync(attempt.Experiment, Phase.Failed);
        ExperimentView view = await silo.ViewAsync(attempt.Experiment);
        Assert.Equal((FailureKind.Unknown, 3, 3L), (view.Failure!.Kind, view.Failures, view.Attempt));
    }

    [Fact]
    public async Task An_outage_of_the_checkpoint_store_uses_up_no_attempt_and_the_experiment_goes_on_after_it()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync(slots: 1);
        SteeredAttempt attempt = await silo.BeginAsync();
        await attempt.CommitAsync(10);
        silo.IsStoreAway = true;
        for (int outage = 1; outage <= ExperimentRules.FailuresMax + 1; outage++)
        {
            await Assert.ThrowsAsync<StoreAwayException>(() => attempt.CommitAsync(15));
            await silo.UntilAsync(attempt.Experiment, Phase.Queued);
            ExperimentView view = await silo.ViewAsync(attempt.Experiment);
            Assert.Equal((FailureKind.StoreAway, 0, 10), (view.Failure!.Kind, view.Failures, view.Step));
            Assert.Contains("no answer in time", view.Failure.Reason, StringComparison.Ordinal);
            await silo.PassAsync((int)FailureRules.Wait(outage).TotalSeconds + 1);
            attempt = await silo.Trainer.NextAsync();
        }

        silo.IsStoreAway = false;
        await silo.FinishAsync(attempt);
        Assert.False(silo.Devices.Reports()[0].IsDraining); // nor is it the slot's fault
    }

    [Fact]
    public async Task A_lost_node_is_said_to_be_lost_and_uses_up_no_attempt()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        silo.Wire.Silent = [attempt.Lease.SlotId];
        await silo.PassAsync((int)LeaseTable.Lifetime.TotalSeconds + 1);
        SteeredAttempt again = await silo.Trainer.NextAsync();
        ExperimentView view = await silo.ViewAsync(attempt.Experiment);
        Assert.Equal((SiloUnderTest.SecondSlot, FailureKind.NodeLost, 0), (again.Lease.SlotId, view.Failure!.Kind, view.Failures));
    }

    [Fact]
    public async Task An_attempt_that_nobody_answers_for_five_minutes_is_given_back_and_uses_up_no_attempt()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        silo.Wire.Loses = call => call.Method == nameof(IExperimentGrain.CommitAsync);
        Task commit = attempt.CommitAsync(10);
        await PassUntilAsync(silo, () => commit.IsCompleted);
        Assert.Equal(FaultCode.Unavailable, (await Assert.ThrowsAsync<Fault>(() => commit)).Code);
        SteeredAttempt again = await silo.Trainer.NextAsync();
        ExperimentView view = await silo.ViewAsync(attempt.Experiment);
        Assert.Equal((2L, FailureKind.NodeLost, 0), (again.Lease.Fence, view.Failure!.Kind, view.Failures));
    }

    [Fact]
    public async Task A_device_is_lost_though_its_experiment_cannot_be_told()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        silo.Wire.Loses = call => call.Method == nameof(IExperimentGrain.YieldAsync);
        attempt.Fail(FaultCode.DeviceLost, "it happened");
        await PassUntilAsync(silo, () => silo.Devices.Reports().All(report => report.Lease is null));
        Assert.All(silo.Devices.Reports(), report => Assert.Null(report.Lease));
        Assert.True(silo.Devices.IsDraining);
    }

    [Fact]
    public async Task What_failed_is_run_again_under_a_new_fence_from_its_last_checkpoint()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        await attempt.CommitAsync(10);
        attempt.Fail(FaultCode.Diverged, "it happened");
        await silo.UntilAsync(attempt.Experiment, Phase.Failed);
        await silo.Experiment(attempt.Experiment).RetryAsync(failedOnly: true);
        await silo.Experiment(attempt.Experiment).RetryAsync(failedOnly: true);
        SteeredAttempt again = await silo.Trainer.NextAsync();
        Assert.Equal((2L, 10), (again.Lease.Fence, again.Attempt.Last!.Step));
        await silo.FinishAsync(again);
        Assert.Single(await silo.EventsAsync(attempt.Experiment), kind => kind == EventKinds.ExperimentRetried);
        Assert.Single(await silo.Rows.ResultsAsync(SiloUnderTest.Sweep));
    }

    // How long a slot asks depends on when its thread sets its timers: about five minutes of the test's clock.
    private static async Task PassUntilAsync(SiloUnderTest silo, Func<bool> isSo)
    {
        using CancellationTokenSource late = new(SiloUnderTest.Patience);
        while (!isSo())
        {
            late.Token.ThrowIfCancellationRequested();
            await silo.PassAsync(1);
        }
    }
}
