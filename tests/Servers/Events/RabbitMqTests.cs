using ViSurf.Silo.Events;

namespace ViSurf.Tests.Servers.Events;

/// <summary>Over a broker nothing that was stored is left untold, and what is told twice has one effect.</summary>
public sealed class RabbitMqTests(Broker broker) : IClassFixture<Broker>
{
    private const string Queue = "ScoreProjection";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_happens_while_the_broker_is_away_is_told_when_it_is_back_even_without_its_queues()
    {
        await using RelayUnderTest relay = await RelayUnderTest.StartAsync(broker.Address);
        await relay.CompleteAsync();
        await relay.UntilClosedAsync();

        broker.Stop();
        broker.Lose();
        for (int i = 0; i < 5; i++)
        {
            await relay.CompleteAsync();
        }

        Assert.Equal(5, (await relay.OpenAsync()).Count);
        broker.Start();
        await relay.UntilClosedAsync();
        Dictionary<string, int> scores = await relay.ScoresAsync();
        Assert.Equal(6, scores.Count);
        Assert.All(scores.Values, count => Assert.NotEqual(0, count));
    }

    [Fact]
    public async Task A_process_that_starts_before_the_broker_tells_later()
    {
        broker.Stop();
        await using RelayUnderTest relay = await RelayUnderTest.StartAsync(broker.Address);
        await relay.CompleteAsync();
        broker.Start();
        await relay.UntilClosedAsync();
    }

    [Fact]
    public async Task A_queue_that_was_deleted_is_made_again()
    {
        await using RelayUnderTest relay = await RelayUnderTest.StartAsync(broker.Address);
        await relay.CompleteAsync();
        await relay.UntilClosedAsync();
        await broker.DeleteAsync(Queue, Stop);
        await relay.CompleteAsync();
        await relay.UntilClosedAsync();
        Assert.NotNull(await broker.CountAsync(Queue, Stop));
    }

    [Fact]
    public async Task A_message_that_is_delivered_twice_has_one_effect()
    {
        await using RelayUnderTest relay = await RelayUnderTest.StartAsync(broker.Address);
        ExperimentCompleted message = await relay.CompleteAsync();
        await relay.UntilClosedAsync();
        Dictionary<string, int> once = await relay.ScoresAsync();
        await relay.UntilAsync(() => Task.FromResult(relay.Handled >= 1)); // it is counted a moment after its effect is stored
        int handled = relay.Handled;
        await relay.Bus.Publish(message, Stop);
        await relay.Bus.Publish(message, Stop);
        await relay.UntilAsync(() => Task.FromResult(relay.Handled >= handled + 2));
        Assert.Equal(once, await relay.ScoresAsync());
        Assert.Empty(await relay.OpenAsync());
    }

    [Fact]
    public async Task A_message_that_fails_all_its_tries_is_reported_and_told_again_later()
    {
        await using RelayUnderTest relay = await RelayUnderTest.StartAsync(broker.Address, failures: EventBus.TriesMore + 1);
        ExperimentCompleted message = await relay.CompleteAsync();
        await relay.UntilAsync(() => Task.FromResult(relay.Errors.Any(error => Tells(error, message.EventId, FailingOutbox.Reason))));
        await relay.UntilClosedAsync();
        Assert.NotEqual(0, (await relay.ScoresAsync())[message.Experiment]);
        Assert.Null(await broker.CountAsync($"{Queue}_error", Stop));
    }

    [Fact]
    public async Task A_result_that_cannot_be_scored_is_reported_and_holds_up_no_other()
    {
        await using RelayUnderTest relay = await RelayUnderTest.StartAsync(broker.Address);
        ExperimentCompleted bad = await relay.CompleteAsync(isReadable: false);
        ExperimentCompleted good = await relay.CompleteAsync();
        await relay.UntilClosedAsync();
        Assert.Contains(relay.Errors, error => Tells(error, bad.Experiment, "holds no measurements"));
        Dictionary<string, int> scores = await relay.ScoresAsync();
        Assert.Equal((true, false), (scores[bad.Experiment] == 0, scores[good.Experiment] == 0));
    }

    private static bool Tells(string error, params string[] parts) =>
        parts.All(part => error.Contains(part, StringComparison.Ordinal));
}
