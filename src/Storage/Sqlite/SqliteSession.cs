using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ViSurf.Storage;

/// <summary>Writes to a SQLite file, statement by statement: a call is no journey here.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IWriteSession
{
    private const int ConstraintViolated = 19;

    private readonly Dictionary<Sql, SqliteStatement> prepared = [];
    private readonly SqliteStatement begin = new(connection, new("BEGIN IMMEDIATE"));
    private readonly SqliteStatement commit = new(connection, new("COMMIT"));
    private readonly SqliteStatement rollback = new(connection, new("ROLLBACK"));
    private readonly SqliteStatement mark = new(connection, new("SAVEPOINT one_write"));
    private readonly SqliteStatement keep = new(connection, new("RELEASE one_write"));
    private readonly SqliteStatement backToMark = new(connection, new("ROLLBACK TO one_write"));

    public void Begin() => begin.Run();

    public void Apply(IReadOnlyList<PendingWrite> writes)
    {
        foreach (PendingWrite write in writes)
        {
            Apply(write);
        }
    }

    public void Commit() => commit.Run();

    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            rollback.Run();
        }
    }

    // It waited for the file as long as the busy timeout says.
    public bool MayRepeat(DbException error) => false;

    public void Dispose()
    {
        foreach (SqliteStatement statement in (SqliteStatement[])[begin, commit, rollback, mark, keep, backToMark, .. prepared.Values])
        {
            statement.Dispose();
        }
    }

    private void Apply(PendingWrite write)
    {
        mark.Run();
        try
        {
            write.Refused = FirstRefusal(write.Calls);
            if (write.Refused is null)
            {
                keep.Run();
                return;
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated)
        {
            write.Fail(new InvalidOperationException($"the write breaks a rule of the tables: {e.Message}", e));
        }

        backToMark.Run();
        keep.Run();
    }

    private int? FirstRefusal(IReadOnlyList<Call> calls)
    {
        for (int i = 0; i < calls.Count; i++)
        {
            if (Prepared(calls[i].Sql).Run(calls[i].Values) == 0 && calls[i].IsCondition)
            {
                return i;
            }
        }

        return null;
    }

    private SqliteStatement Prepared(Sql sql)
    {
        if (!prepared.TryGetValue(sql, out SqliteStatement? statement))
        {
            prepared[sql] = statement = new(connection, sql);
        }

        return statement;
    }
}
