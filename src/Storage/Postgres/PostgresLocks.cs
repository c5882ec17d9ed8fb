using Npgsql;

namespace ViSurf.Storage;

/// <summary>What only one connection of a database does at a time. The locks are advisory: reading goes on beside them.</summary>
internal static class PostgresLocks
{
    /// <summary>To bring the tables to a version; held by the connection.</summary>
    public const long Migration = 0x7669737572660001;

    /// <summary>To write; held by the transaction.</summary>
    public const long Writing = 0x7669737572660002;

    /// <summary>To relay events; held by the connection.</summary>
    public const long Relay = 0x7669737572660003;

    /// <summary>Waits for the turn, however long that takes.</summary>
    public static void WaitFor(NpgsqlConnection connection, long turn)
    {
        using NpgsqlCommand command = new("SET lock_timeout = 0", connection);
        command.ExecuteNonQuery();
        using NpgsqlCommand wait = Command(connection, "SELECT pg_advisory_lock($1)", turn);
        wait.CommandTimeout = 0;
        wait.ExecuteNonQuery();
    }

    /// <summary>Waits for the turn to write, which ends with the transaction.</summary>
    public static string WaitToWrite { get; } = $"SELECT pg_advisory_xact_lock({Writing})";

    public static void Release(NpgsqlConnection connection, long turn) => Run(connection, "SELECT pg_advisory_unlock($1)", turn);

    /// <returns>Whether the connection has the turn.</returns>
    public static async Task<bool> TryAsync(NpgsqlConnection connection, long turn, CancellationToken stop)
    {
        await using NpgsqlCommand command = Command(connection, "SELECT pg_try_advisory_lock($1)", turn);
        return (bool)(await command.ExecuteScalarAsync(stop))!;
    }

    private static void Run(NpgsqlConnection connection, string sql, long turn)
    {
        using NpgsqlCommand command = Command(connection, sql, turn);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long turn) =>
        new(sql, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = turn } } };
}
