using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Brings a database to this version's tables, or says that it is not there yet.</summary>
internal static class PostgresStart
{
    /// <returns>The migrations that were made, in their order; none where the database is of this version already.</returns>
    /// <exception cref="Fault">Conflict: a newer version wrote it. Unavailable: it does not answer. NotFound: there is none.</exception>
    public static IReadOnlyList<string> Migrate(PostgresContexts contexts) => Asking(contexts, db =>
    {
        using NpgsqlConnection turn = contexts.Source.OpenConnection();
        PostgresLocks.WaitFor(turn, PostgresLocks.Migration);
        try
        {
            string[] pending = Pending(db, contexts.Name);
            if (pending.Length > 0)
            {
                db.Database.Migrate();
            }

            return pending;
        }
        finally
        {
            PostgresLocks.Release(turn, PostgresLocks.Migration);
        }
    });

    /// <exception cref="Fault">Conflict: a newer or an older version wrote it. Unavailable, NotFound: as above.</exception>
    public static void Check(PostgresContexts contexts) => Asking(contexts, db =>
    {
        string[] pending = Pending(db, contexts.Name);
        Fault.Unless(pending.Length == 0, FaultCode.Conflict, contexts.Name,
            $"lacks the migration {string.Join(", ", pending)}; make it with: visurf migrate --postgres CONNECTION");
        return pending;
    });

    private static string[] Pending(ViSurfDb db, string name)
    {
        string[] made = [.. db.Database.GetAppliedMigrations()];
        string[] known = [.. db.Database.GetMigrations()];
        string[] unknown = [.. made.Except(known)];
        Fault.Unless(unknown.Length == 0, FaultCode.Conflict, name,
            $"was written by a newer version, with the migration {string.Join(", ", unknown)}; use that version, or another database");
        return [.. known.Except(made)];
    }

    private static T Asking<T>(PostgresContexts contexts, Func<ViSurfDb, T> ask)
    {
        try
        {
            using ViSurfDb db = contexts.CreateDbContext();
            db.Database.OpenConnection(); // where there is no database, asking for its migrations finds none
            return ask(db);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new Fault(FaultCode.NotFound, contexts.Name, "is no database; make it with: createdb", e);
        }
        catch (DbException e)
        {
            throw new Fault(FaultCode.Unavailable, contexts.Name, $"cannot be used: {e.Message}", e);
        }
    }
}
