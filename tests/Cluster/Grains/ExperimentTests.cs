using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Tests.Cluster.Storage;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>An experiment hears commands twice, and may end as an activation at any time.</summary>
public class ExperimentTests
{
    [Fact]
    public async Task A_command_that_comes_twice_has_one_effect()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        ExperimentOrder order = silo.NewOrder();
        string id = Samples.Id(order);
        IExperimentGrain experiment = silo.Experiment(id);
        await experiment.SubmitAsync(order);
        await experiment.SubmitAsync(order);
        SteeredAttempt attempt = await silo.Trainer.NextAsync();
        Assert.Equal(GrantOutcome.Granted, (await experiment.GrantAsync(attempt.Lease.SlotId)).Outcome);
        Assert.Equal(GrantOutcome.AlreadyLeased, (await experiment.GrantAsync(SiloUnderTest.SecondSlot)).Outcome);
        Checkpoint saved = await attempt.CommitAsync(10);
        await experiment.CommitAsync(attempt.Lease, saved, new(StepRows.None));
        ExperimentView running = await silo.ViewAsync(id);
        Assert.Equal((1, 10), (running.Attempt, running.Step));
        Assert.Single(await silo.Rows.StepsAsync(attempt.Attempt.Stage.Key, 0, 10));

        await silo.FinishAsync(attempt);
        Assert.Equal(FaultCode.LeaseLost, (await Assert.ThrowsAsync<Fault>(
            () => experiment.CompleteAsync(attempt.Lease, new(attempt.Ending)).AsTask())).Code);
        await experiment.CancelAsync("too late");
        await experiment.SubmitAsync(order);
        await silo.PassAsync(20);
        ExperimentView ended = await silo.ViewAsync(id);
        Assert.Equal((Phase.Succeeded, 2), (ended.Phase, ended.Attempt));
        Assert.Equal(2, silo.Trainer.Begun);
        Assert.Single(await silo.Rows.ResultsAsync(SiloUnderTest.Sweep));
        Assert.Equal(
            [
                EventKinds.StageStarted, EventKinds.StageCompleted, EventKinds.StageStarted, EventKinds.StageCompleted,
                EventKinds.ExperimentCompleted,
            ],
            await silo.EventsAsync(id));
    }

    [Fact]
    public async Task An_experiment_that_is_cancelled_twice_ends_once_and_for_the_first_reason()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        await silo.Experiment(attempt.Experiment).CancelAsync("enough");
        await silo.Experiment(attempt.Experiment).CancelAsync("more than enough");
        await silo.UntilAsync(() => Task.FromResult(silo.Devices.Reports()[0].Lease is null));
        ExperimentView ended = await silo.ViewAsync(attempt.Experiment);
        Assert.Equal((Phase.Cancelled, "enough"), (ended.Phase, ended.Reason));
        Assert.Equal([EventKinds.StageStarted, EventKinds.ExperimentCancelled], await silo.EventsAsync(attempt.Experiment));
    }

    [Fact]
    public async Task An_answer_that_is_lost_has_the_command_sent_again_and_done_once()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        int answers = 0;
        silo.Wire.LosesAnswer = call => call.Method == nameof(IExperimentGrain.CommitAsync) && answers++ == 0;
        Task<Checkpoint> saved = attempt.CommitAsync(10);
        await silo.UntilAsync(() => Task.FromResult(answers == 1));
        await PassUntilAsync(silo, () => saved.IsCompleted);
        await saved;
        answers = 0;
        silo.Wire.LosesAnswer = call => call.Method == nameof(IExperimentGrain.CompleteAsync) && answers++ == 0;
        await attempt.CommitAsync(20);
        attempt.End();
        await PassUntilAsync(silo, () => silo.Wire.Calls.Count(call => call.Method == nameof(IExperimentGrain.CompleteAsync)) == 2);
        SteeredAttempt evaluation = await silo.Trainer.NextAsync();
        evaluation.End();
        await silo.UntilAsync(attempt.Experiment, Phase.Succeeded);
        Assert.Equal([10, 20], (await silo.Rows.StepsAsync(attempt.Attempt.Stage.Key, 0, 10)).Select(step => step.Step));
        Assert.Single(await silo.Rows.ResultsAsync(SiloUnderTest.Sweep));
    }

    [Fact]
    public async Task An_experiment_whose_activation_ends_in_mid_attempt_goes_on_from_its_row()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        await attempt.CommitAsync(10);
        await silo.DeactivateAsync(silo.Experiment(attempt.Experiment));
        await attempt.CommitAsync(15);
        await silo.DeactivateAsync(silo.Experiment(attempt.Experiment));
        await silo.FinishAsync(attempt);
        Assert.Equal([10, 15, 20], (await silo.Rows.StepsAsync(attempt.Attempt.Stage.Key, 0, 10)).Select(step => step.Step));
        Assert.Equal(2, silo.Trainer.Begun);
    }

    [Fact]
    public async Task An_experiment_that_another_wrote_reads_its_row_again_and_its_attempt_goes_on()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        Stored<ExperimentState> row = (await silo.Store.ReadAsync(attempt.Experiment))!;
        await silo.Store.WriteAsync(new() { Id = attempt.Experiment, Expected = row.Version, State = row.Value });
        Task<Checkpoint> saved = attempt.CommitAsync(10);
        await PassUntilAsync(silo, () => saved.IsCompleted);
        await saved;
        await silo.FinishAsync(attempt);
        Assert.Equal(2, silo.Trainer.Begun);
        Assert.Equal(3, silo.Wire.Calls.Count(call => call.Method == nameof(IExperimentGrain.CommitAsync))); // one of them twice
    }

    // A slot's thread waits by the clock before it asks again.
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
