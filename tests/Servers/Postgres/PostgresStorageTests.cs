using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ViSurf.Grains;
using ViSurf.Storage;
using ViSurf.Tests.Cluster.Storage;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>What PostgreSQL's storage promises beyond what every storage does.</summary>
public sealed class PostgresStorageTests : IDisposable
{
    private readonly PostgresUnderTest database = new("storage");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task A_connection_that_the_server_ended_is_made_anew_and_no_write_is_lost()
    {
        using PostgresStorage storage = Open();
        await storage.Experiments.WriteAsync(Samples.New(Samples.State(Samples.Order("before"))), Stop);
        PostgresServer.Execute(database.Connection,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Assert.Equal(WriteOutcome.Written,
            await storage.Experiments.WriteAsync(Samples.New(Samples.State(Samples.Order("after"))), Stop));
        Assert.Equal(["after", "before"], (await storage.Queue.ReadAsync(Stop)).Select(row => row.Sweep).Order());
    }

    [Fact]
    public async Task Who_is_in_a_commit_that_fails_is_told_that_the_outcome_is_unknown_and_the_next_goes_through()
    {
        string connection = PostgresServer.OfAll.Create("failing_commit");
        PostgresServer.Execute(connection,
            """
            CREATE TABLE checked_at_commit (id TEXT REFERENCES experiments (id) DEFERRABLE INITIALLY DEFERRED);
            CREATE FUNCTION refer_to_nothing() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN INSERT INTO checked_at_commit VALUES ('none'); RETURN NEW; END $$;
            CREATE TRIGGER refer_to_nothing AFTER INSERT ON sweeps FOR EACH ROW EXECUTE FUNCTION refer_to_nothing();
            """);
        using PostgresStorage storage = PostgresStorage.Open(connection, TimeProvider.System);
        await Assert.ThrowsAsync<IOException>(async () => await storage.Sweeps.WriteAsync(Samples.Sweep(), 0, [Samples.Event("e")], Stop));
        Assert.Null(await storage.Sweeps.ReadAsync("sweep", Stop));
        Assert.Empty(await storage.Outbox.ReadOpenAsync(1, Stop));
        Assert.Equal(WriteOutcome.Written, await storage.Experiments.WriteAsync(Samples.New(Samples.State()), Stop));
    }

    [Fact]
    public async Task Refused_broken_and_good_writes_of_one_transaction_do_not_touch_each_other()
    {
        using PostgresStorage storage = Open();
        await storage.Experiments.WriteAsync(Samples.New(Samples.State(Samples.Order("there"))), Stop);
        Task<WriteOutcome>[] good = [];
        Task<WriteOutcome>[] stale = [];
        Task<WriteOutcome>[] broken = [];
        using (PostgresHold hold = new(database.Connection)) // so that all of them wait, and go together
        {
            Task<WriteOutcome>[] Write(string name, Func<ExperimentWrite, ExperimentWrite> change) => [.. Enumerable.Range(0, 20)
                .Select(i => Samples.Order($"{name}{i}")).Select(order =>
                    storage.Experiments.WriteAsync(change(Samples.New(Samples.State(order))), Stop).AsTask())];
            good = Write("good", write => write with { Events = [Samples.Event($"{write.Id} is there")] });
            stale = Write("stale", write => write with { Expected = 7, Events = [Samples.Event($"{write.Id} is not")] });
            broken = Write("broken", write => write with { Result = new(write.Id, "s", "r", 1, 1, Samples.Noon, "no such evaluation") });
        }

        Assert.All(await Task.WhenAll(good), outcome => Assert.Equal(WriteOutcome.Written, outcome));
        Assert.All(await Task.WhenAll(stale), outcome => Assert.Equal(WriteOutcome.Stale, outcome));
        foreach (Task<WriteOutcome> one in broken)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => one);
        }

        Assert.Equal(21, (await storage.Queue.ReadAsync(Stop)).Count);
        Assert.Equal(20, (await storage.Outbox.ReadAfterAsync(0, null, 100, Stop)).Count);
    }

    [Fact]
    public async Task A_reason_with_what_no_text_may_hold_is_stored_with_a_sign_for_it()
    {
        using PostgresStorage storage = Open();
        ExperimentState state = Samples.State() with { Reason = "a\0b\ud800c \ud83d\ude00" };
        Assert.Equal(WriteOutcome.Written, await storage.Experiments.WriteAsync(Samples.New(state), Stop));
        Assert.Equal("a\ufffdb\ufffdc \ud83d\ude00",
            (await storage.Rows.ExperimentAsync(Samples.Id(state.Order), Stop))!.Reason);
    }

    [Fact]
    public async Task Closing_stores_what_was_handed_over_and_later_writes_are_refused()
    {
        PostgresStorage storage = Open();
        Task<WriteOutcome>[] writes = [.. Enumerable.Range(0, 300).Select(i =>
            storage.Experiments.WriteAsync(Samples.New(Samples.State(Samples.Order($"sweep{i}"))), Stop).AsTask())];
        storage.Dispose();
        Assert.All(await Task.WhenAll(writes), outcome => Assert.Equal(WriteOutcome.Written, outcome));
        await Assert.ThrowsAsync<IOException>(async () => await storage.Experiments.WriteAsync(Samples.New(Samples.State()), Stop));
        using PostgresStorage again = Open();
        Assert.Equal(300, (await again.Queue.ReadAsync(Stop)).Count);
    }

    [Fact]
    public async Task While_the_server_is_away_writes_and_reads_say_so_and_afterwards_they_go_on()
    {
        using PostgresServer server = new();
        string connection = server.Create("visurf");
        using PostgresStorage storage = PostgresStorage.Open(connection, TimeProvider.System);
        await storage.Experiments.WriteAsync(Samples.New(Samples.State(Samples.Order("before"))), Stop);
        server.Stop();
        await Assert.ThrowsAsync<IOException>(async () => await storage.Experiments.WriteAsync(Samples.New(Samples.State()), Stop));
        await Assert.ThrowsAsync<IOException>(async () => await storage.Queue.ReadAsync(Stop));
        await Assert.ThrowsAnyAsync<DbException>(async () => await storage.Outbox.ReadOpenAsync(1, Stop));
        server.Start(server.Connection.Split("Port=")[1].Split(';')[0]);
        Assert.Equal(WriteOutcome.Written, await storage.Experiments.WriteAsync(Samples.New(Samples.State()), Stop));
        Assert.Equal(2, (await storage.Queue.ReadAsync(Stop)).Count);
        Assert.Empty(await storage.Outbox.ReadOpenAsync(1, Stop));
    }

    [Fact]
    public async Task A_login_that_may_only_read_reads_and_is_refused_to_write()
    {
        using (PostgresStorage writing = Open())
        {
            await writing.Experiments.WriteAsync(Samples.New(Samples.State()), Stop);
        }

        PostgresServer.Execute(database.Connection, "CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        using PostgresStorage reading = PostgresStorage.Open(
            database.Connection.Replace("Username=visurf", "Username=reader", StringComparison.Ordinal), TimeProvider.System);
        Assert.NotNull(await reading.Rows.ExperimentAsync(Samples.Id(Samples.Order()), Stop));
        Assert.Single(await reading.Queue.ReadAsync(Stop));
        await Assert.ThrowsAsync<IOException>(async () => await reading.Sweeps.WriteAsync(Samples.Sweep(), 0, [], Stop));
    }

    [Fact]
    public async Task A_host_gets_every_port_from_one_database()
    {
        await using ServiceProvider host = new ServiceCollection().AddPostgresStorage(database.Connection).BuildServiceProvider();
        await host.GetRequiredService<ISweepStore>().WriteAsync(Samples.Sweep(), 0, [Samples.Event("e")], Stop);
        Assert.NotNull(await host.GetRequiredService<IReadModel>().SweepAsync("sweep", Stop));
        Assert.Single(await host.GetRequiredService<IOutbox>().ReadOpenAsync(9, Stop));
        Assert.Empty(await host.GetRequiredService<IQueueReader>().ReadAsync(Stop));
        Assert.Null(await host.GetRequiredService<IExperimentStore>().ReadAsync("x", Stop));
        Assert.NotNull(host.GetRequiredService<IDbContextFactory<ViSurfDb>>());
    }

    private PostgresStorage Open() => PostgresStorage.Open(database.Connection, TimeProvider.System);
}
