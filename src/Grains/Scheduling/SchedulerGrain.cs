using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Matches queued experiments with idle slots, one dispatch a slot at a time.</summary>
/// <remarks>
/// Key: the pool's name. Owns no truth: the queue and the leases are read from rows when it starts and looked through again every
/// ten seconds, so that a hint which was lost costs ten seconds at most. Reentrant, because slots report while dispatches wait; every
/// method looks at the tables anew after it has waited.
/// </remarks>
[KeepAlive, Immovable, Reentrant]
public sealed class SchedulerGrain : Grain, ISchedulerGrain
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReconcileInterval = TimeSpan.FromSeconds(10);

    private readonly IQueueReader rows;
    private readonly ISweepStore sweeps;
    private readonly TimeProvider clock;
    private readonly ILogger<SchedulerGrain> log;
    private readonly QueueOrder queue = new();
    private readonly LeaseTable leases;
    private readonly Backoff backoff;
    private readonly Dictionary<string, QueueRow> next = []; // an experiment's next stage is ready before its slot is
    private long reconciledAt;
    private HashSet<Lease>? endedMeanwhile; // while rows are read that may still show these leases

    public SchedulerGrain(IQueueReader rows, ISweepStore sweeps, TimeProvider clock, ILogger<SchedulerGrain> log)
    {
        (this.rows, this.sweeps, this.clock, this.log) = (rows, sweeps, clock, log);
        leases = new(clock);
        backoff = new(clock);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ReconcileAsync(cancellationToken);
        this.RegisterGrainTimer(static (self, stop) => self.TickAsync(stop), this,
            new GrainTimerCreationOptions(SweepInterval, SweepInterval) { KeepAlive = true, Interleave = true });
    }

    public ValueTask EnqueueAsync(Immutable<IReadOnlyList<QueueRow>> ready)
    {
        foreach (QueueRow row in ready.Value)
        {
            Enqueue(row);
        }

        Dispatch();
        return ValueTask.CompletedTask;
    }

    public ValueTask HeartbeatAsync(IReadOnlyList<SlotReport> slots)
    {
        foreach (SlotReport report in slots)
        {
            leases.Heard(report);
        }

        Dispatch();
        return ValueTask.CompletedTask;
    }

    public ValueTask ReleaseAsync(Lease lease)
    {
        Release(lease);
        Dispatch();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<SlotView>> SlotsAsync() => new([.. leases.Reports
        .OrderBy(report => report.SlotId, StringComparer.Ordinal).Select(report => new SlotView
        {
            Id = report.SlotId,
            Experiment = report.Lease?.ExperimentId,
            Attempt = report.Lease?.Fence ?? 0,
            Stage = report.Progress?.Stage,
            Step = report.Progress?.Step ?? 0,
            Steps = report.Progress?.Steps ?? 0,
            Metrics = report.Progress?.Metrics ?? [],
            IsDraining = report.IsDraining,
        })]);

    private IExperimentGrain Experiment(string id) => GrainFactory.GetGrain<IExperimentGrain>(id);

    private void Enqueue(QueueRow row)
    {
        if (leases.IsLeased(row.ExperimentId))
        {
            next[row.ExperimentId] = row;
        }
        else if (!backoff.Contains(row.ExperimentId))
        {
            queue.Add(row);
        }
    }

    private void Release(Lease lease)
    {
        endedMeanwhile?.Add(lease);
        if (!leases.Release(lease))
        {
            return;
        }

        queue.Ended(SweepOf(lease.ExperimentId));
        if (next.Remove(lease.ExperimentId, out QueueRow? row) && row.Fence >= lease.Fence)
        {
            Enqueue(row);
        }
    }

    private void Dispatch()
    {
        foreach (string slot in leases.Idle().ToArray())
        {
            if (queue.Take() is not { } row)
            {
                return;
            }

            leases.Promise(slot);
            _ = DispatchAsync(slot, row);
        }
    }

    // What could not be dispatched waits a little and is tried again; the slot is free for others meanwhile.
    private async Task DispatchAsync(string slot, QueueRow row)
    {
        Lease? lease = null;
        try
        {
            lease = await GrantAsync(slot, row);
            backoff.Forget(row.ExperimentId);
        }
        catch (Exception e) when (e is Fault or OrleansException or TimeoutException or OperationCanceledException)
        {
            SchedulerLog.DispatchFailed(log, row.ExperimentId, slot, e.Message);
            backoff.Add(row);
        }
        finally
        {
            if (!leases.Settle(slot, lease))
            {
                queue.Ended(row.Sweep);
            }
        }

        Dispatch();
    }

    private async Task<Lease?> GrantAsync(string slot, QueueRow row)
    {
        GrantResult result = await Experiment(row.ExperimentId).GrantAsync(slot);
        if (result.Outcome == GrantOutcome.AlreadyLeased)
        {
            Adopt(result.Lease!);
            return null;
        }

        if (result.Outcome != GrantOutcome.Granted)
        {
            return null;
        }

        if (await GrainFactory.GetGrain<ITrainerSlotGrain>(slot).StartAsync(result.Attempt!))
        {
            return result.Lease;
        }

        await Experiment(row.ExperimentId).RequeueAsync(result.Lease!.Fence, $"{slot} took no work");
        return null;
    }

    private void Adopt(Lease lease)
    {
        if (endedMeanwhile?.Contains(lease) != true && leases.Adopt(lease))
        {
            queue.Started(SweepOf(lease.ExperimentId));
        }
    }

    private async Task TickAsync(CancellationToken stop)
    {
        foreach (Lease lost in leases.TakeExpired())
        {
            next.Remove(lost.ExperimentId);
            queue.Ended(SweepOf(lost.ExperimentId));
            SchedulerLog.SlotLost(log, lost.SlotId, lost.ExperimentId);
            Hint.Send(Experiment(lost.ExperimentId).RequeueAsync(lost.Fence, $"{lost.SlotId} is not heard of"), log);
        }

        foreach (QueueRow due in backoff.TakeDue())
        {
            queue.Add(due);
        }

        if (clock.GetElapsedTime(reconciledAt) >= ReconcileInterval)
        {
            await ReconcileAsync(stop);
        }

        Dispatch();
    }

    private async Task ReconcileAsync(CancellationToken stop)
    {
        reconciledAt = clock.GetTimestamp();
        endedMeanwhile = [];
        try
        {
            HashSet<string> queued = [];
            foreach (QueueRow row in await rows.ReadAsync(stop))
            {
                if (row.Phase == Phase.Running)
                {
                    Adopt(new(row.ExperimentId, row.Fence, row.SlotId!));
                }
                else if (queued.Add(row.ExperimentId))
                {
                    Enqueue(row);
                }
            }

            foreach (string id in await rows.ReadUnblockedAsync(stop))
            {
                Hint.Send(Experiment(id).StageChangedAsync(), log);
            }

            foreach (string id in await sweeps.OpenAsync(stop))
            {
                Hint.Send(GrainFactory.GetGrain<ISweepGrain>(id).WakeAsync(), log);
            }
        }
        catch (Exception e) when (e is IOException or DbException)
        {
            SchedulerLog.ReconcileFailed(log, e.Message);
        }
        finally
        {
            endedMeanwhile = null;
        }
    }

    private static string SweepOf(string experimentId) => experimentId[..experimentId.LastIndexOf('/')];
}
