using ViSurf.Grains;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>What a stage measures is there to see between its checkpoints.</summary>
public class StepBatchesTests
{
    [Fact]
    public async Task Steps_are_stored_within_a_second_and_leave_the_experiment_s_row_as_it_is()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        long version = (await silo.Store.ReadAsync(attempt.Experiment))!.Version;
        await SaidAsync(attempt, 1, 2, 3);
        await silo.PassAsync(1);
        await UntilStoredAsync(silo, attempt, (1, 1), (2, 1), (3, 1));
        Assert.Equal(version, (await silo.Store.ReadAsync(attempt.Experiment))!.Version);
        Assert.Equal(0, (await silo.ViewAsync(attempt.Experiment)).Step); // true is what a checkpoint says
        Assert.Equal(1, Batches(silo));
        await silo.FinishAsync(attempt);
    }

    [Fact]
    public async Task Steps_that_could_not_be_sent_go_with_the_checkpoint_and_training_waits_for_nothing()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        silo.Wire.Loses = call => call.Method == nameof(IExperimentGrain.StepsAsync);
        await SaidAsync(attempt, 1, 2);
        await silo.PassAsync(1);
        await silo.UntilAsync(() => Task.FromResult(Batches(silo) > 0));
        await SaidAsync(attempt, 3);
        Assert.Empty(await silo.Rows.StepsAsync(attempt.Attempt.Stage.Key, 0, 10));
        await attempt.CommitAsync(4);
        Assert.Equal([(1, 1), (2, 1), (3, 1), (4, 1)], await StoredAsync(silo, attempt));
    }

    [Fact]
    public async Task A_batch_whose_answer_is_lost_is_sent_again_and_stored_once()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt attempt = await silo.BeginAsync();
        silo.Wire.LosesAnswer = call => call.Method == nameof(IExperimentGrain.StepsAsync) && Batches(silo) == 1;
        await SaidAsync(attempt, 1, 2);
        await silo.PassAsync(1);
        await UntilStoredAsync(silo, attempt, (1, 1), (2, 1));
        await silo.PassAsync(1);
        await silo.UntilAsync(() => Task.FromResult(Batches(silo) == 2));
        await silo.PassAsync(2);
        Assert.Equal(2, Batches(silo));
        Assert.Equal([(1, 1), (2, 1)], await StoredAsync(silo, attempt));
    }

    [Fact]
    public async Task The_steps_of_a_lost_attempt_give_way_to_those_of_the_next_and_never_come_back()
    {
        await using SiloUnderTest silo = await SiloUnderTest.StartAsync();
        SteeredAttempt late = await silo.BeginAsync();
        await SaidAsync(late, 1, 2, 3);
        await silo.PassAsync(1);
        await UntilStoredAsync(silo, late, (1, 1), (2, 1), (3, 1));
        silo.Wire.Silent = [SiloUnderTest.FirstSlot];
        await silo.PassAsync((int)LeaseTable.Lifetime.TotalSeconds + 1);
        SteeredAttempt next = await silo.Trainer.NextAsync();
        await SaidAsync(next, 1, 2);
        await SaidAsync(late, 4);
        int before = Batches(silo);
        await silo.PassAsync(1);
        await silo.UntilAsync(() => Task.FromResult(Batches(silo) == before + 2));
        await UntilStoredAsync(silo, next, (1, 2), (2, 2), (3, 1));
        await SaidAsync(late, 5);
        await SaidAsync(next, 3);
        await silo.PassAsync(1);
        await UntilStoredAsync(silo, next, (1, 2), (2, 2), (3, 2));
        Assert.Equal(before + 3, Batches(silo)); // who lost the lease sends nothing more
    }

    private static int Batches(SiloUnderTest silo) =>
        silo.Wire.Calls.Count(call => call.Method == nameof(IExperimentGrain.StepsAsync));

    // Once the slot's thread has said them.
    private static async Task SaidAsync(SteeredAttempt attempt, params int[] steps)
    {
        foreach (int step in steps)
        {
            await attempt.StepAsync(step);
        }
    }

    private static async Task<List<(int Step, long Attempt)>> StoredAsync(SiloUnderTest silo, SteeredAttempt attempt) =>
    [
        .. (await silo.Rows.StepsAsync(attempt.Attempt.Stage.Key, 0, 100)).Select(row =>
            (row.Step, long.Parse((string)System.Text.Json.Nodes.JsonNode.Parse(row.Json)!["digest"]!,
                System.Globalization.CultureInfo.InvariantCulture))),
    ];

    private static Task UntilStoredAsync(SiloUnderTest silo, SteeredAttempt attempt, params (int Step, long Attempt)[] rows) =>
        silo.UntilAsync(async () => (await StoredAsync(silo, attempt)).SequenceEqual(rows));
}
