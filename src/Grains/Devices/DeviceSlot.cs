using Microsoft.Extensions.Logging;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>One slot: a thread of its own that does one attempt after the other.</summary>
public sealed class DeviceSlot : IDisposable
{
    private readonly object gate = new();
    private readonly string id;
    private readonly IReadOnlyDictionary<string, string> labels;
    private readonly AttemptRunner runner;
    private readonly SlotHealth health;
    private readonly Action deviceLost;
    private readonly ILogger log;
    private readonly Thread thread;
    private RunningAttempt? running;
    private TaskCompletionSource idle = Completed();
    private bool isClosed;
    private string? drained; // why a person wants nothing to run here

    /// <param name="deviceLost">Told once, on the slot's thread; the slot does nothing any more.</param>
    public DeviceSlot(
        string id, IReadOnlyDictionary<string, string> labels, AttemptRunner runner, SlotHealth health, Action deviceLost, ILogger log)
    {
        (this.id, this.labels, this.runner, this.health, this.deviceLost, this.log) = (id, labels, runner, health, deviceLost, log);
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

            if (drained is not null || health.Reason is not null)
            {
                return false;
            }

            running = new(attempt);
            idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Monitor.Pulse(gate);
            return true;
        }
    }

    public void Stop(Predicate<Lease> which, StopReason reason)
    {
        lock (gate)
        {
            if (running is not null && which(running.Attempt.Lease))
            {
                running.Stop(reason);
            }
        }
    }

    /// <summary>Takes no new work, and asks what runs to write a checkpoint and end.</summary>
    public void Drain(string reason)
    {
        lock (gate)
        {
            drained = reason;
            running?.Stop(new(FailureKind.Drained, $"its slot was drained: {reason}"));
        }
    }

    /// <summary>Takes work again, whatever closed it.</summary>
    public void Undrain()
    {
        lock (gate)
        {
            drained = null;
            health.Clear();
        }
    }

    public SlotReport Report(bool isDraining)
    {
        lock (gate)
        {
            string? closed = isDraining ? DeviceHost.Stops : drained ?? health.Reason;
            return new(id, running?.Attempt.Lease, running?.Progress, closed is not null, labels, closed);
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
            running?.Stop(StopReason.Usual);
            Monitor.Pulse(gate);
        }
    }

    private void Work()
    {
        while (Next() is { } next)
        {
            try
            {
                if (runner.Run(next) == AttemptEnd.DeviceLost)
                {
                    Dispose();
                    deviceLost();
                }
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
            if (ended.HasSucceeded)
            {
                health.Succeeded();
            }
            else if (ended.Failure is { } failure)
            {
                health.Failed(ended.Attempt.Lease.ExperimentId, failure.Kind, failure.Reason);
            }

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
