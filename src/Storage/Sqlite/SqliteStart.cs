using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Brings a database file to this version's tables. Only under the folder's lock.</summary>
internal static class SqliteStart
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <returns>The connection for the writer.</returns>
    /// <exception cref="Fault">
    /// FileDamaged: it is no database. Conflict: a newer version wrote it. Unavailable: it cannot be opened.
    /// </exception>
    public static SqliteConnection Open(string file, SqliteContexts contexts)
    {
        SqliteConnection connection = new(contexts.ConnectionString);
        try
        {
            connection.Open();
            SqliteSettings.Apply(connection);
            DropStaleMigrationLock(connection);
            using ViSurfDb db = contexts.CreateDbContext();
            Migrate(db, file);
            return connection;
        }
        catch (SqliteException e)
        {
            Close(connection);
            throw e.SqliteErrorCode is Corrupt or NotADatabase
                ? new Fault(FaultCode.FileDamaged, file, $"is damaged, or no database: {e.Message}", e)
                : new Fault(FaultCode.Unavailable, file, $"cannot be opened: {e.Message}", e);
        }
        catch (Fault)
        {
            Close(connection);
            throw;
        }
    }

    /// <summary>Gives the file back, the connections that were kept for later included.</summary>
    public static void Close(SqliteConnection connection)
    {
        connection.Dispose();
        SqliteConnection.ClearPool(connection);
    }

    // A process that is killed while it migrates leaves the row, and every later Migrate would wait for it without end.
    private static void DropStaleMigrationLock(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if (command.ExecuteScalar() is > 0L)
        {
            command.CommandText = "DELETE FROM \"__EFMigrationsLock\"";
            command.ExecuteNonQuery();
        }
    }

    private static void Migrate(ViSurfDb db, string file)
    {
        string[] unknown = [.. db.Database.GetAppliedMigrations().Except(db.Database.GetMigrations())];
        Fault.Unless(unknown.Length == 0, FaultCode.Conflict, file,
            $"was written by a newer version, with the migration {string.Join(", ", unknown)}; use that version, or another folder");
        if (db.Database.GetPendingMigrations().Any())
        {
            db.Database.Migrate();
        }
    }
}
