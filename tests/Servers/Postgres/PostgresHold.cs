using Npgsql;
using ViSurf.Storage;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>Another process that is in the middle of a write.</summary>
internal sealed class PostgresHold : IDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    public PostgresHold(string connectionString)
    {
        connection = new($"{connectionString};Pooling=false");
        connection.Open();
        transaction = connection.BeginTransaction();
        using NpgsqlCommand wait = new(PostgresLocks.WaitToWrite, connection, transaction);
        wait.ExecuteNonQuery();
    }

    public void Dispose()
    {
        transaction.Rollback();
        transaction.Dispose();
        connection.Dispose();
    }
}
