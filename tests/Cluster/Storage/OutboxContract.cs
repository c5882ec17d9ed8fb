using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What an <see cref="IOutbox"/> promises.</summary>
public abstract class OutboxContract(StorageUnderTest storage) : StorageContract(storage)
{
    [Fact]
    public async Task An_event_is_stored_once_however_often_it_is_written()
    {
        await StoreAsync("first", "first", "second");
        await StoreAsync("second", "third");
        IReadOnlyList<EventView> stored = await Outbox.ReadAfterAsync(0, null, 10, Stop);
        Assert.Equal(["first", "second", "third"], stored.Select(happened => happened.Id));
        Assert.Equal(stored.Select(happened => happened.Sequence).Order(), stored.Select(happened => happened.Sequence));
        EventRecord written = Samples.Event("first");
        AssertSame(new(stored[0].Sequence, "first", written.Kind, "sweep", null, written.At, written.Data), stored[0]);
    }

    [Fact]
    public async Task Reading_goes_on_after_a_sequence_number_also_after_reopening()
    {
        await StoreAsync("1", "2", "3");
        long second = (await Outbox.ReadAfterAsync(0, null, 2, Stop))[1].Sequence;
        Assert.Equal("3", (await Storage.Reopen().Outbox.ReadAfterAsync(second, null, 10, Stop)).Single().Id);
    }

    [Fact]
    public async Task The_events_of_one_sweep_can_be_read_alone()
    {
        await Sweeps.WriteAsync(Samples.Sweep(), 0, [Samples.Event("a"), Samples.Event("b", sweep: "other"), Samples.Event("c")], Stop);
        Assert.Equal(["a", "c"], (await Outbox.ReadAfterAsync(0, "sweep", 10, Stop)).Select(happened => happened.Id));
    }

    [Fact]
    public async Task An_event_is_open_until_it_is_closed()
    {
        await StoreAsync("1", "2", "3");
        await Outbox.CloseAsync(["2", "unknown"], Stop);
        Assert.Equal(["1", "3"], (await Outbox.ReadOpenAsync(10, Stop)).Select(happened => happened.Id));
        Assert.Equal(["1"], (await Outbox.ReadOpenAsync(1, Stop)).Select(happened => happened.Id));
        Assert.Equal(["1", "3"], (await Storage.Reopen().Outbox.ReadOpenAsync(10, Stop)).Select(happened => happened.Id));
    }

    [Fact]
    public async Task Scores_are_stored_with_the_closing_of_their_event()
    {
        ExperimentOrder order = Samples.Order();
        await PutResultAsync(order, 3, "k-evaluate", [1]);
        await StoreAsync("ended");
        Assert.Empty((await Rows.ResultsAsync("sweep", Stop)).Single().Scores);
        await Outbox.CloseWithScoresAsync("ended", Samples.Id(order), 3, new Dictionary<string, double> { ["HM"] = 0.25 }, Stop);
        Assert.Equal(0.25, (await Rows.ResultsAsync("sweep", Stop)).Single().Scores["HM"]);
        Assert.Empty(await Outbox.ReadOpenAsync(10, Stop));
    }

    [Fact]
    public async Task Scores_of_an_older_attempt_change_nothing_and_close_their_event()
    {
        ExperimentOrder order = Samples.Order();
        await PutResultAsync(order, 3, "k-evaluate", [1]);
        await StoreAsync("ended");
        await Outbox.CloseWithScoresAsync("ended", Samples.Id(order), 2, new Dictionary<string, double> { ["HM"] = 0.25 }, Stop);
        Assert.Empty((await Rows.ResultsAsync("sweep", Stop)).Single().Scores);
        Assert.Empty(await Outbox.ReadOpenAsync(10, Stop));
    }

    [Fact]
    public async Task A_newer_result_takes_the_scores_of_the_older_along_and_a_repeated_one_keeps_them()
    {
        ExperimentOrder order = Samples.Order();
        await PutResultAsync(order, 3, "k-evaluate", [1]);
        await Outbox.CloseWithScoresAsync("ended", Samples.Id(order), 3, new Dictionary<string, double> { ["HM"] = 0.25 }, Stop);
        await PutResultAsync(order, 3, "k-evaluate", [1]);
        Assert.Single((await Rows.ResultsAsync("sweep", Stop)).Single().Scores);
        await PutResultAsync(order, 4, "k-evaluate", [1]);
        Assert.Empty((await Rows.ResultsAsync("sweep", Stop)).Single().Scores);
    }

    [Fact]
    public async Task There_are_no_measurements_without_a_result() =>
        Assert.Null(await Outbox.ReadMeasurementsAsync(await AddAsync(Samples.Order()), Stop));

    [Fact]
    public async Task A_wait_ends_with_the_next_event_of_this_process()
    {
        Task wait = Outbox.WaitAsync(Stop);
        await AddAsync(Samples.Order());
        Assert.False(wait.IsCompleted);
        await StoreAsync("happened");
        await wait.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task A_wait_ends_after_a_second_where_nothing_happens()
    {
        Task wait = Outbox.WaitAsync(Stop);
        Storage.Clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(wait.IsCompleted);
        Storage.Clock.Advance(TimeSpan.FromSeconds(0.1));
        await wait.WaitAsync(TimeSpan.FromSeconds(30), Stop);
    }

    [Fact]
    public async Task A_wait_can_be_stopped()
    {
        using CancellationTokenSource source = new();
        Task wait = Outbox.WaitAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(TimeSpan.FromSeconds(30), Stop));
    }

    private async Task StoreAsync(params string[] ids)
    {
        long version = (await Sweeps.ReadAsync("sweep", Stop))?.Version ?? 0;
        Assert.True(await Sweeps.WriteAsync(Samples.Sweep(), version, [.. ids.Select(id => Samples.Event(id))], Stop));
    }
}
