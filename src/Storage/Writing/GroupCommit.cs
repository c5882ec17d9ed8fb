using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace ViSurf.Storage;

/// <summary>The one writer: what waits is stored together, because a commit costs a write to disk however little is in it.</summary>
/// <remarks>At most 1,024 writes wait, whoever comes then waits to wait; at most 256 share a transaction.</remarks>
internal sealed class GroupCommit : IDisposable
{
    private const int WaitingMax = 1024;
    private const int TogetherMax = 256;
    private const int ConstraintViolated = 19;

    private readonly Channel<PendingWrite> waiting = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true });

    private readonly WriteStatements statements;
    private readonly Thread thread;
    private volatile TaskCompletionSource committed = NewSignal();

    public GroupCommit(SqliteConnection connection)
    {
        statements = new(connection);
        thread = new(Run) { IsBackground = true, Name = "storage-writer" };
        thread.Start();
    }

    /// <summary>Ends with the next commit that has events in it.</summary>
    public Task NextEvents => committed.Task;

    /// <returns>What the write came to, once that is on disk.</returns>
    /// <exception cref="IOException">Whether it was stored is unknown.</exception>
    public async ValueTask<T> WriteAsync<T>(PendingWrite<T> write, CancellationToken stop)
    {
        try
        {
            await waiting.Writer.WriteAsync(write, stop);
        }
        catch (ChannelClosedException e)
        {
            throw new IOException("the storage is closed", e);
        }

        return await write.Outcome;
    }

    /// <summary>Stores what waits, then ends.</summary>
    public void Dispose()
    {
        waiting.Writer.TryComplete();
        thread.Join();
        statements.Dispose();
    }

    private void Run()
    {
        List<PendingWrite> together = new(TogetherMax);
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            try
            {
                Store(together);
            }
            catch (SqliteException e)
            {
                Undo();
                IOException unknown = new($"the transaction failed: {e.Message}", e);
                together.ForEach(write => write.Fail(unknown));
            }

            together.Clear();
        }
    }

    private void Store(List<PendingWrite> together)
    {
        bool hasEvents = false;
        statements.Begin.Run();
        while (together.Count < TogetherMax && waiting.Reader.TryRead(out PendingWrite? write))
        {
            together.Add(write);
            hasEvents |= Apply(write) && write.HasEvents;
        }

        statements.Commit.Run();
        together.ForEach(write => write.Settle());
        if (hasEvents)
        {
            Interlocked.Exchange(ref committed, NewSignal()).SetResult();
        }
    }

    // A write that is refused leaves nothing, and does not touch its neighbours.
    private bool Apply(PendingWrite write)
    {
        statements.Mark.Run();
        try
        {
            if (write.Apply(statements))
            {
                statements.Keep.Run();
                return true;
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated)
        {
            write.Fail(new InvalidOperationException($"the write breaks a rule of the tables: {e.Message}", e));
        }

        statements.BackToMark.Run();
        statements.Keep.Run();
        return false;
    }

    private void Undo()
    {
        if (statements.IsInTransaction)
        {
            statements.Rollback.Run();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
