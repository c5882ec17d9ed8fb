using Npgsql;
using ViSurf.Storage;
using ViSurf.Tests.Cluster.Storage;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>Whoever stands still holds nobody up, and does nothing that is another's turn.</summary>
public sealed class TurnTests : IDisposable
{
    private readonly PostgresUnderTest database = new("turns");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task A_process_that_stands_still_in_the_middle_of_a_transaction_loses_its_turn_to_write()
    {
        using PostgresContexts hasty = new($"{database.Connection};Options=-c idle_in_transaction_session_timeout=300ms");
        await using NpgsqlConnection still = await hasty.Source.OpenConnectionAsync(Stop);
        await using NpgsqlTransaction open = await still.BeginTransactionAsync(Stop);
        await using NpgsqlCommand turn = new(PostgresLocks.WaitToWrite, still, open);
        await turn.ExecuteNonQueryAsync(Stop);
        using PostgresStorage other = PostgresStorage.Open(database.Connection, TimeProvider.System);
        Assert.True(await other.Sweeps.WriteAsync(Samples.Sweep(), 0, [], Stop));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => open.CommitAsync(Stop));
    }

    [Theory]
    [InlineData("idle_in_transaction_session_timeout", "10s")]
    [InlineData("lock_timeout", "15s")]
    [InlineData("tcp_keepalives_idle", "10")]
    public async Task Every_connection_is_told_how_long_it_may_stand_still(string setting, string expected)
    {
        using PostgresContexts contexts = new(database.Connection);
        await using NpgsqlCommand show = contexts.Source.CreateCommand($"SHOW {setting}");
        Assert.Equal(expected, await show.ExecuteScalarAsync(Stop));
    }

    [Fact]
    public async Task Who_lost_the_turn_to_relay_with_its_connection_reads_nothing_while_another_has_it()
    {
        using PostgresStorage first = PostgresStorage.Open(database.Connection, TimeProvider.System);
        using PostgresStorage second = PostgresStorage.Open(database.Connection, TimeProvider.System);
        await first.Sweeps.WriteAsync(Samples.Sweep(), 0, [Samples.Event("e")], Stop);
        Assert.Single(await first.Outbox.ReadOpenAsync(9, Stop));
        PostgresServer.Execute(database.Connection,
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """);
        // It learns of the loss by an error, once; then it has to ask for the turn again.
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await first.Outbox.ReadOpenAsync(9, Stop));
        Assert.Single(await second.Outbox.ReadOpenAsync(9, Stop));
        Assert.Empty(await first.Outbox.ReadOpenAsync(9, Stop));
    }
}
