using System.Data.Common;
using System.Threading.Channels;

namespace ViSurf.Storage;

/// <summary>The one writer: what waits is stored together, because a commit costs a write to disk however little is in it.</summary>
/// <remarks>
/// At most 1,024 writes wait, whoever comes then waits to wait; at most 256 share a transaction. A transaction that is lost before its
/// commit is made again, at most three times in all; one whose commit is lost never is.
/// </remarks>
internal sealed class GroupCommit : IDisposable
{
    private const int WaitingMax = 1024;
    private const int TogetherMax = 256;
    private const int AttemptsMax = 3;

    private readonly Channel<PendingWrite> waiting = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true });

    private readonly IWriteSession session;
    private readonly Thread thread;
    private volatile TaskCompletionSource committed = NewSignal();

    public GroupCommit(IWriteSession session)
    {
        this.session = session;
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
        session.Dispose();
    }

    private void Run()
    {
        List<PendingWrite> together = new(TogetherMax);
        while (waiting.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            try
            {
                Make(together);
                session.Commit();
                Tell(together);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException) // a lost connection is either
            {
                session.Rollback();
                if (together.Count == 0)
                {
                    Take(together); // the transaction could not even begin: who waits is told, not kept
                }

                // It names no cause: that could not cross a call between processes.
                IOException unknown = new($"the transaction failed: {e.Message}");
                together.ForEach(write => write.Fail(unknown));
            }

            together.Clear();
        }
    }

    private void Make(List<PendingWrite> together)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                session.Begin();
                session.Apply(together);
                while (Take(together) is { Count: > 0 } more)
                {
                    session.Apply(more);
                }

                return;
            }
            catch (DbException e) when (attempt < AttemptsMax && session.MayRepeat(e))
            {
                session.Rollback();
            }
        }
    }

    private List<PendingWrite> Take(List<PendingWrite> together)
    {
        int before = together.Count;
        while (together.Count < TogetherMax && waiting.Reader.TryRead(out PendingWrite? write))
        {
            together.Add(write);
        }

        return together[before..];
    }

    private void Tell(List<PendingWrite> together)
    {
        together.ForEach(write => write.Settle());
        if (together.Any(write => write is { HasEvents: true, Refused: null }))
        {
            Interlocked.Exchange(ref committed, NewSignal()).SetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
