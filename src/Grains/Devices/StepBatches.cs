using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Steps of an attempt on their way to the store: sent together once a second; the rest goes with the checkpoint.</summary>
/// <remarks>
/// Whoever trains never waits for it. A step leaves it once it is known to be stored, so a batch whose answer is lost is sent again,
/// and replaces itself.
/// </remarks>
public sealed class StepBatches : IDisposable
{
    /// <summary>As many steps go in one message.</summary>
    public const int BatchMax = 256;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Queue<StepRow> waiting = [];
    private readonly PeriodicTimer timer;
    private readonly Func<StepRows, ValueTask> send;
    private readonly Action<string> unsent;

    /// <param name="send">Stores steps.</param>
    /// <param name="unsent">Told why a batch was not stored; it is kept.</param>
    public StepBatches(Func<StepRows, ValueTask> send, TimeProvider clock, Action<string> unsent)
    {
        (this.send, this.unsent) = (send, unsent);
        timer = new(Interval, clock);
        _ = SendAsync(); // whatever ends it, steps go with the checkpoint
    }

    /// <summary>Takes a step that is done. Steps come in their order.</summary>
    public void Add(StepRow row)
    {
        lock (waiting)
        {
            waiting.Enqueue(row);
        }
    }

    /// <summary>Hands over the steps up to one that are not known to be stored.</summary>
    public StepRows Take(int last)
    {
        lock (waiting)
        {
            List<StepRow> rows = [];
            while (waiting.TryPeek(out StepRow row) && row.Step <= last)
            {
                rows.Add(waiting.Dequeue());
            }

            return new(rows);
        }
    }

    /// <summary>Sends nothing more.</summary>
    public void Dispose()
    {
        timer.Dispose();
    }

    private async Task SendAsync()
    {
        while (await timer.WaitForNextTickAsync() && await TrySendAllAsync())
        {
            // until it is disposed, or the lease is lost
        }
    }

    // Whether it is worth while to try again.
    private async Task<bool> TrySendAllAsync()
    {
        try
        {
            while (Next() is { Rows.Count: > 0 } batch)
            {
                await send(batch);
                Take(batch.Rows[^1].Step);
            }

            return true;
        }
        catch (Fault fault) when (fault.Code == FaultCode.LeaseLost)
        {
            return false; // the attempt hears of it by its own next write, if it has not ended
        }
        catch (Exception e) when (ExperimentCalls.IsPassing(e) || e is Fault or InvalidOperationException) // or the silo stops
        {
            unsent(e.Message);
            return true;
        }
    }

    private StepRows Next()
    {
        lock (waiting)
        {
            return new([.. waiting.Take(BatchMax)]);
        }
    }
}
