using System.Data.Common;
using Npgsql;

namespace ViSurf.Storage;

/// <summary>Writes to PostgreSQL, as few journeys as can be: what is handed over goes out at once, and is almost always taken.</summary>
/// <remarks>
/// Transactions that write follow each other over all processes, by an advisory lock. So events become visible in the order of their
/// numbers - a reader that goes on after the last it saw misses none - and two writers never wait for each other's rows crosswise.
/// </remarks>
internal sealed class PostgresSession(NpgsqlDataSource source) : IWriteSession
{
    private const string IdleInTransaction = "25P03";

    private NpgsqlConnection? connection;
    private NpgsqlTransaction? transaction;
    private bool hasTurn; // in this transaction

    public void Begin()
    {
        if (connection is not { State: System.Data.ConnectionState.Open })
        {
            connection?.Dispose();
            connection = null;
            connection = source.OpenConnection();
        }

        transaction = connection.BeginTransaction(); // goes out with the first journey
        hasTurn = false;
    }

    public void Apply(IReadOnlyList<PendingWrite> writes)
    {
        if (writes.Count > 0 && !TryAllAtOnce(writes))
        {
            OneByOne(writes);
        }
    }

    public void Commit()
    {
        transaction!.Commit();
        End();
    }

    public void Rollback()
    {
        try
        {
            transaction?.Rollback();
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            connection?.Dispose(); // lost; the server undoes what was not committed
            connection = null;
        }

        End();
    }

    public bool MayRepeat(DbException error) => error is not PostgresException refused || refused.IsTransient
        || refused.SqlState == IdleInTransaction || refused.SqlState.StartsWith("57P", StringComparison.Ordinal); // the server ends

    public void Dispose()
    {
        End();
        connection?.Dispose();
    }

    private bool TryAllAtOnce(IReadOnlyList<PendingWrite> writes)
    {
        using Journey journey = new(connection!, transaction!);
        if (!hasTurn)
        {
            journey.Add(PostgresLocks.WaitToWrite); // each statement after it sees what was committed before its turn
        }

        journey.Add("SAVEPOINT all_writes");
        foreach (PendingWrite write in writes)
        {
            write.Refused = null;
            journey.Add(write);
        }

        bool areAllTaken;
        try
        {
            journey.Run();
            hasTurn = true;
            areAllTaken = writes.All(write => journey.FirstRefusal(write) is null);
        }
        catch (PostgresException e) when (IsBroken(e))
        {
            (hasTurn, areAllTaken) = (true, false); // whose fault it is shows one by one
        }

        if (!areAllTaken)
        {
            using Journey back = new(connection!, transaction!);
            back.Add("ROLLBACK TO all_writes");
            back.Run();
        }

        return areAllTaken;
    }

    // A write that is refused leaves nothing, and what comes after it must not see anything of it: one journey each.
    private void OneByOne(IReadOnlyList<PendingWrite> writes)
    {
        string ended = "SAVEPOINT all_writes";
        foreach (PendingWrite write in writes)
        {
            using Journey journey = new(connection!, transaction!);
            journey.Add(ended);
            journey.Add("SAVEPOINT one_write");
            journey.Add(write);
            ended = "RELEASE one_write";
            try
            {
                journey.Run();
                write.Refused = journey.FirstRefusal(write);
            }
            catch (PostgresException e) when (IsBroken(e))
            {
                write.Fail(new InvalidOperationException($"the write breaks a rule of the tables: {e.MessageText}", e));
                ended = "ROLLBACK TO one_write";
            }

            ended = write.Refused is null ? ended : "ROLLBACK TO one_write";
        }

        using Journey last = new(connection!, transaction!);
        last.Add(ended);
        last.Run();
    }

    // 22: a value, 23: a constraint.
    private static bool IsBroken(PostgresException error) =>
        error.SqlState.StartsWith("22", StringComparison.Ordinal) || error.SqlState.StartsWith("23", StringComparison.Ordinal);

    private void End()
    {
        transaction?.Dispose();
        transaction = null;
    }
}
