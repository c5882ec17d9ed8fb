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
[RequireRole(SiloLabels.Control), KeepAlive, Immovable, Reentrant]
public sealed class SchedulerGrain : Grain, ISchedulerGrain
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReconcileInterval = TimeSpan.FromSeconds(10);

    private readonly IQueueReader rows;
    private readonly KnownRows known;
    private readonly ISweepStore sweeps;
    private readonly TimeProvider clock;
    private readonly ILogger<SchedulerGrain> log;
    private readonly QueueOrder queue = new();
    private readonly LeaseTable leases;
    private readonly Backoff backoff;
    private readonly Preemptions preemptions = new();
    private readonly Dictionary<string, QueueRow> next = []; // an experiment's next stage is ready before its slot is
    private long reconciledAt;
    private HashSet<Lease>? endedMeanwhile; // while rows are read that may still show these leases

    public SchedulerGrain(IQueueReader rows, ISweepStore sweeps, TimeProvider clock, ILogger<SchedulerGrain> log)
    {
        (this.rows, this.sweeps, this.clock, this.log) = (rows, sweeps, clock, log);
        known = new(rows, log);
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

    public ValueTask<IReadOnlyList<SlotView>> SlotsAsync() => new(SchedulerSight.Views(leases));

    public ValueTask<IReadOnlyList<string>> WhyAsync(string experimentId) => new(
        (leases.IsLeased(experimentId) && !next.ContainsKey(experimentId))
            || known.Find(experimentId) is not { Phase: Phase.Queued } row
            ? []
            : WaitReasons.Of(
                row, SchedulerSight.Of(row, leases, queue, known, preemptions), clock.GetUtcNow().ToUnixTimeMilliseconds()));

    private IExperimentGrain Experiment(string id) => GrainFactory.GetGrain<IExperimentGrain>(id);

    private void Enqueue(QueueRow row)
    {
        known.Heard(row);
        TimeSpan wait = TimeSpan.FromMilliseconds((row.Terms?.NotBefore ?? 0) - clock.GetUtcNow().ToUnixTimeMilliseconds());
        if (row.Phase == Phase.Running)
        {
            return; // only its terms are other ones
        }

        if (leases.LeaseFor(row.ExperimentId) is { } lease)
        {
            if (row.Fence >= lease.Fence) // else it is older than the lease, and says nothing of its end
            {
                next[row.ExperimentId] = row;
            }
        }
        else if (wait > TimeSpan.Zero)
        {
            queue.Remove(row.ExperimentId);
            backoff.Until(row, wait);
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
        if (next.Remove(lease.ExperimentId, out QueueRow? row))
        {
            Enqueue(row);
        }
    }

    private void Dispatch()
    {
        List<SlotOffer> idle = [.. leases.Offers()];
        while (idle.Count > 0 && queue.Take(idle) is var (row, slot))
        {
            idle.RemoveAll(offer => offer.SlotId == slot);
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
        catch (Exception e)
        {
            SchedulerLog.DispatchFailed(log, row.ExperimentId, slot, e.Message);
            backoff.Add(row);
        }

        if (!leases.Settle(slot, lease))
        {
            queue.Ended(row.Sweep);
        }
        else if (queue.Remove(row.ExperimentId) is { } meanwhile) // read or heard while its lease was not known yet
        {
            Enqueue(meanwhile);
        }

        Dispatch();
    }

    private async Task<Lease?> GrantAsync(string slot, QueueRow row)
    {
        GrantResult result = await Experiment(row.ExperimentId).GrantAsync(slot);
        if (result.Outcome != GrantOutcome.Granted)
        {
            if (result.Outcome == GrantOutcome.AlreadyLeased)
            {
                Adopt(result.Lease!);
            }

            return null;
        }

        try
        {
            if (await GrainFactory.GetGrain<ITrainerSlotGrain>(slot).StartAsync(result.Attempt!))
            {
                return result.Lease;
            }
        }
        catch
        {
            leases.Refused(slot); // it may have begun
            throw;
        }

        leases.Refused(slot);
        await Experiment(row.ExperimentId).RequeueAsync(result.Lease!.Fence, $"{slot} took no work", null);
        return null;
    }

    private void Adopt(Lease lease)
    {
        if (endedMeanwhile?.Contains(lease) == true)
        {
            return;
        }

        if (leases.Adopt(lease))
        {
            queue.Started(SweepOf(lease.ExperimentId));
        }
        else if (leases.HasOtherWork(lease))
        {
            Hint.Send(Experiment(lease.ExperimentId).RequeueAsync(lease.Fence, $"{lease.SlotId} has other work", null), log);
        }
    }

    // Once a second, not with every dispatch: a slot that frees itself meanwhile costs nobody a stop.
    private void Preempt()
    {
        preemptions.Keep(id => queue.Find(id) is not null || backoff.Contains(id));
        IReadOnlyList<WorkSight> running = SchedulerSight.Work(leases, known);
        foreach ((QueueRow row, Lease victim) in preemptions.Choose(queue.First(running.Count), running))
        {
            Hint.Send(GrainFactory.GetGrain<ITrainerSlotGrain>(victim.SlotId).PreemptAsync(
                victim.ExperimentId, victim.Fence, $"gives way to {row.ExperimentId}, whose priority is higher"), log);
        }
    }

    // Rows are read before leases are taken: a row that has not heard yet that its lease was taken would give it back.
    private async Task TickAsync(CancellationToken stop)
    {
        if (clock.GetElapsedTime(reconciledAt) >= ReconcileInterval)
        {
            await ReconcileAsync(stop);
        }

        foreach (Lease lost in leases.TakeExpired())
        {
            next.Remove(lost.ExperimentId);
            queue.Ended(SweepOf(lost.ExperimentId));
            SchedulerLog.SlotLost(log, lost.SlotId, lost.ExperimentId);
            Hint.Send(
                Experiment(lost.ExperimentId).RequeueAsync(lost.Fence, $"{lost.SlotId} is not heard of", FailureKind.NodeLost), log);
        }

        foreach (QueueRow due in backoff.TakeDue())
        {
            Enqueue(known.Find(due.ExperimentId) ?? due);
        }

        Dispatch();
        Preempt();
    }

    private async Task ReconcileAsync(CancellationToken stop)
    {
        reconciledAt = clock.GetTimestamp();
        endedMeanwhile = [];
        try
        {
            HashSet<string> queued = [];
            QueueRow[] before = [.. queue.Waiting];
            foreach (QueueRow row in await known.ReadAsync(stop))
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

            // What was cancelled waits no longer.
            foreach (QueueRow gone in before.Where(row => !queued.Contains(row.ExperimentId) && queue.Find(row.ExperimentId) == row))
            {
                queue.Remove(gone.ExperimentId);
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
        catch (Exception e) when (!stop.IsCancellationRequested)
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
