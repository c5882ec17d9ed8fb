using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

/// <summary>One slot: a thread of its own that does one attempt after the other.</summary>
public sealed class DeviceSlot : IDisposable
{
    private readonly object gate = new();
    private readonly string id;
    private readonly AttemptRunner runner;
    private readonly ILogger log;
    private readonly Thread thread;
    private RunningAttempt? running;
    private TaskCompletionSource idle = Completed();
    private bool isClosed;

    public DeviceSlot(string id, AttemptRunner runner, ILogger log)
    {
        (this.id, this.runner, this.log) = (id, runner, log);
        thread = new(Work) { IsBackground = true, Name = $"train-{id}" };
        thread.Start();
    }

    public bool TryStart(Attempt attempt)
    {
        lock (gate)
        {
            if (running is not null || isClosed)
            {
                return running?.Attempt.Lease == attempt.Lease;
            }

            running = new(attempt);
            idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Monitor.Pulse(gate);
            return true;
        }
    }

    public void Stop(Predicate<Lease> which)
    {
        lock (gate)
        {
            if (running is not null && which(running.Attempt.Lease))
            {
                running.Stop();
            }
        }
    }

    public SlotReport Report(bool isDraining)
    {
        lock (gate)
        {
            return new(id, running?.Attempt.Lease, running?.Progress, isDraining);
        }
    }

    public Task WhenIdle()
    {
        lock (gate)
        {
            return idle.Task;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            running?.Stop();
            Monitor.Pulse(gate);
        }
    }

    private void Work()
    {
        while (Next() is { } next)
        {
            try
            {
                runner.Run(next);
            }
            finally
            {
                End(next);
            }

            DeviceLog.Ended(log, next.Attempt.Lease.ExperimentId, next.Attempt.Lease.Fence, id);
            runner.Release(next.Attempt.Lease);
        }
    }

    private RunningAttempt? Next()
    {
        lock (gate)
        {
            while (running is null && !isClosed)
            {
                Monitor.Wait(gate);
            }

            return running;
        }
    }

    private void End(RunningAttempt ended)
    {
        lock (gate)
        {
            running = null;
            idle.TrySetResult();
            ended.Dispose();
        }
    }

    private static TaskCompletionSource Completed()
    {
        TaskCompletionSource completed = new();
        completed.SetResult();
        return completed;
    }
}
