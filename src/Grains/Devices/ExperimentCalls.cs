using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Calls of a slot's thread to its experiment: each may be repeated, so each is, until it is answered.</summary>
/// <remarks>Waits 1, 2, 4 .. 30 s between tries and gives up after about five minutes: a database that restarts loses nothing.</remarks>
public sealed class ExperimentCalls(IExperimentGrain experiment, Lease lease, TimeProvider clock, ILogger log)
{
    private const int TriesMax = 14;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private volatile bool hasGivenUp; // on whichever thread called

    /// <summary>Whether a call was never answered.</summary>
    public bool HasGivenUp => hasGivenUp;

    public void Commit(Checkpoint checkpoint, StepRows steps) =>
        Repeat("commit", async () => await experiment.CommitAsync(lease, checkpoint, new(steps)));

    /// <summary>Stores steps between checkpoints. Made once: who asks asks again.</summary>
    public ValueTask StepsAsync(StepRows steps) => experiment.StepsAsync(lease, new(steps));

    public void Complete(StageEnding ending) => Repeat("complete", async () => await experiment.CompleteAsync(lease, new(ending)));

    public void Fail(string reason, FailureKind kind) => Repeat("fail", async () => await experiment.FailAsync(lease, reason, kind));

    public void Yield(string reason, FailureKind kind) =>
        Repeat("yield", async () => await experiment.YieldAsync(lease, reason, kind));

    /// <returns>The attempt to go on with; null where the lease has ended.</returns>
    public Attempt? Lose(Checkpoint lost, string reason)
    {
        Attempt? next = null;
        Repeat("lose", async () => next = await experiment.LoseCheckpointAsync(lease, lost, reason));
        return next;
    }

    private void Repeat(string call, Func<Task> send)
    {
        TimeSpan wait = TimeSpan.FromSeconds(1);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                send().GetAwaiter().GetResult(); // a thread of its own: it may wait
                return;
            }
            catch (Exception e) when (attempt < TriesMax && IsPassing(e))
            {
                DeviceLog.CallFailed(log, lease.ExperimentId, call, e.Message);
            }
            catch (Exception e) when (IsPassing(e))
            {
                hasGivenUp = true;
                throw new Fault(FaultCode.Unavailable, lease.ExperimentId, $"did not answer '{call}' {TriesMax} times: {e.Message}", e);
            }

            Wait(wait);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    /// <summary>Whether the same call may be answered later. An error that cannot cross a process says no more than silence does.</summary>
    internal static bool IsPassing(Exception e) => e is OrleansException or TimeoutException or IOException or DbException
        or SerializerException or Fault { Code: FaultCode.Unavailable };

    private void Wait(TimeSpan time)
    {
        using ManualResetEventSlim due = new();
        using ITimer timer = clock.CreateTimer(_ => due.Set(), null, time, Timeout.InfiniteTimeSpan);
        due.Wait();
    }
}
