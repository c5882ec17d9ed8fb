using System.Data.Common;
using Microsoft.Extensions.Logging;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Keeps one experiment: <see cref="ExperimentRules"/> decide, the store writes, then others are told.</summary>
/// <remarks>Key: {sweep}/{spec id}. Only writer of its row. Never touches a tensor.</remarks>
[RequireRole(SiloLabels.Control)]
public sealed class ExperimentGrain(IExperimentStore store, TimeProvider clock, ILogger<ExperimentGrain> log) : Grain, IExperimentGrain
{
    private const int TriesMax = 8; // of one command against stages that other experiments change meanwhile

    private ExperimentState? state;
    private long version;

    private string Id => this.GetPrimaryKeyString();

    private ISchedulerGrain Scheduler => GrainFactory.GetGrain<ISchedulerGrain>(Pools.Default);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(Id, cancellationToken) is { } stored)
        {
            (state, version) = (stored.Value, stored.Version);
        }
    }

    public async ValueTask SubmitAsync(ExperimentOrder order)
    {
        if (state is null)
        {
            await ApplyAsync(() => ExperimentRules.Submit(order, clock.GetUtcNow()));
        }
        else
        {
            await ApplyAsync(() => WishRules.Reschedule(state, order.Schedule));
            Tell(state, new(state)); // a crash may have come between the write and the telling
        }
    }

    public async ValueTask<GrantResult> GrantAsync(string slotId)
    {
        (GrantOutcome outcome, ExperimentChange? change) = ExperimentRules.Grant(Id, Known(), slotId, clock.GetUtcNow());
        if (change is not null)
        {
            await ApplyAsync(() => change);
        }

        return outcome switch
        {
            GrantOutcome.Granted => new(outcome, Known().Lease(Id), Known().Attempt(Id)),
            GrantOutcome.AlreadyLeased => new(outcome, Known().Lease(Id)),
            _ => new(outcome),
        };
    }

    public ValueTask CommitAsync(Lease lease, Checkpoint checkpoint, Immutable<StepRows> steps) =>
        ApplyAsync(() => ExperimentRules.Commit(Id, Known(), lease, checkpoint, steps.Value));

    public async ValueTask StepsAsync(Lease lease, Immutable<StepRows> steps)
    {
        ExperimentRules.Guard(Id, Known(), lease);
        await StoredAsync(WriteStepsAsync(lease, steps.Value));
    }

    public async ValueTask<Attempt?> LoseCheckpointAsync(Lease lease, Checkpoint lost, string reason)
    {
        ExperimentRules.Guard(Id, Known(), lease);
        if (Known().Finished.Count > 0 && Known().Finished[^1].Model?.Blob == lost.Blob)
        {
            StageRow before = (await store.ReadStageAsync(Known().Finished[^1].Key))!;
            await ApplyAsync(() => ExperimentRules.LoseStart(Id, Known(), lease, before, reason, clock.GetUtcNow()));
            return null;
        }

        await ApplyAsync(() => ExperimentRules.LoseOwn(Id, Known(), lease, lost, reason, clock.GetUtcNow()));
        return Known().Attempt(Id);
    }

    public ValueTask CompleteAsync(Lease lease, Immutable<StageEnding> ending) =>
        ApplyAsync(() => ExperimentRules.Complete(Id, Known(), lease, ending.Value, clock.GetUtcNow()));

    public ValueTask FailAsync(Lease lease, string reason, FailureKind kind) =>
        ApplyAsync(() => ExperimentRules.Fail(Id, Known(), lease, reason, kind, clock.GetUtcNow()));

    public ValueTask YieldAsync(Lease lease, string reason, FailureKind kind)
    {
        ExperimentRules.Guard(Id, Known(), lease);
        return RequeueAsync(lease.Fence, reason, kind);
    }

    public ValueTask RequeueAsync(long fence, string reason, FailureKind? kind) =>
        ApplyAsync(() => ExperimentRules.Requeue(Id, Known(), fence, reason, kind, clock.GetUtcNow()));

    public ValueTask RetryAsync(bool failedOnly) =>
        ApplyAsync(() => WishRules.Retry(Id, Known(), failedOnly, clock.GetUtcNow()));

    public ValueTask StageChangedAsync() =>
        ApplyAsync(() => Known().Phase == Phase.WaitingForStage ? new(Known()) { IsArriving = true } : null);

    public ValueTask CancelAsync(string reason) =>
        ApplyAsync(() => ExperimentRules.Cancel(Id, Known(), reason, clock.GetUtcNow()));

    private ExperimentState Known() => state ?? throw new Fault(FaultCode.NotFound, Id, "is no experiment");

    private async ValueTask ApplyAsync(Func<ExperimentChange?> decide)
    {
        for (int attempt = 0; attempt < TriesMax; attempt++)
        {
            if (decide() is not { } change)
            {
                return;
            }

            string stageKey = (state ?? change.Next).Stage().Key;
            change = await StoredAsync(ArriveAsync(change));
            if (change.Next == state && change.Events.Count == 0)
            {
                return;
            }

            if (await StoredAsync(WriteAsync(change.Write(Id, version, stageKey))) == WriteOutcome.Written)
            {
                ExperimentState? before = state;
                (state, version) = (change.Next, version + 1);
                Tell(before, change);
                return;
            }
        }

        throw new Fault(FaultCode.Unavailable, Id, $"its stages changed {TriesMax} times while it was written; ask again");
    }

    private async ValueTask<ExperimentChange> ArriveAsync(ExperimentChange change)
    {
        while (change.IsArriving)
        {
            StageRow? row = await store.ReadStageAsync(change.Next.Stage().Key);
            change = change.Then(ExperimentRules.Arrive(Id, change.Next, row, clock.GetUtcNow()));
        }

        return change;
    }

    private async ValueTask<WriteOutcome> WriteAsync(ExperimentWrite write)
    {
        WriteOutcome outcome = await store.WriteAsync(write);
        Fault.Unless(outcome != WriteOutcome.Stale, FaultCode.Unavailable, Id, "was written by another process; ask again");
        return outcome;
    }

    private async ValueTask<WriteOutcome> WriteStepsAsync(Lease lease, StepRows steps)
    {
        WriteOutcome outcome = await store.WriteStepsAsync(Id, lease.Fence, Known().Stage().Key, steps);
        Fault.Unless(outcome == WriteOutcome.Written, FaultCode.Unavailable, Id, "was written by another process; ask again");
        return outcome;
    }

    // Where somebody else wrote the row, or nobody knows whether this write went through, the next activation reads it anew.
    private async ValueTask<T> StoredAsync<T>(ValueTask<T> work)
    {
        try
        {
            return await work;
        }
        catch (Exception e) when (e is IOException or DbException or Fault)
        {
            DeactivateOnIdle();
            throw e as Fault ?? new Fault(FaultCode.Unavailable, Id, $"could not be stored: {e.Message}", e);
        }
    }

    private void Tell(ExperimentState? before, ExperimentChange change)
    {
        ExperimentState now = change.Next;
        bool isRescheduled = now.Phase == Phase.Running && before?.Phase == Phase.Running && now.Order != before.Order;
        if (now.Phase == Phase.Queued || isRescheduled)
        {
            Hint.Send(Scheduler.EnqueueAsync(new([now.QueueRow(Id)])), log);
        }
        else if (now.Phase.IsEnd())
        {
            Hint.Send(GrainFactory.GetGrain<ISweepGrain>(now.Order.Sweep).WakeAsync(), log);
        }

        if (before is { Phase: Phase.Running } && now.Phase == Phase.Cancelled)
        {
            Hint.Send(GrainFactory.GetGrain<ITrainerSlotGrain>(before.SlotId!).StopAsync(Id, before.Fence), log);
        }

        foreach (string key in change.Freed())
        {
            Hint.Send(TellWaitingAsync(key), log);
        }
    }

    // One after the other: the first claims the stage, where it is to be had.
    private async ValueTask TellWaitingAsync(string stageKey)
    {
        foreach (string waiting in await store.WaitingForAsync(stageKey))
        {
            await GrainFactory.GetGrain<IExperimentGrain>(waiting).StageChangedAsync();
        }
    }
}
