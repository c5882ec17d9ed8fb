using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What an experiment may become, command by command. Pure: no clock, no store, no grain.</summary>
/// <remarks>
/// The guard of every write under a lease: the experiment is running, and the lease's fence and slot are its own. An attempt is one
/// grant and its number is its fence. What counts as a failed attempt is said by <see cref="FailureRules"/>.
/// </remarks>
public static class ExperimentRules
{
    /// <summary>An experiment fails for good at this many failed attempts.</summary>
    public const int FailuresMax = 3;

    /// <summary>An experiment fails for good when it has lost as many nodes or devices without a checkpoint between: it is what they
    /// are lost by.</summary>
    public const int LossesMax = 5;

    /// <summary>An experiment fails for good at this many outages of the checkpoint store without a checkpoint between: with the waits
    /// between them, after more than an hour.</summary>
    public const int OutagesMax = 20;

    /// <summary>A new experiment, arriving at its first stage.</summary>
    public static ExperimentChange Submit(ExperimentOrder order, DateTimeOffset now) =>
        new(new ExperimentState { Order = order, Phase = Phase.Queued, QueuedAt = now }) { IsArriving = true };

    /// <summary>Arrives at the current stage: claims it, waits for its owner, or finds it done and goes on.</summary>
    /// <param name="row">The stage as it is stored; null where it is not.</param>
    /// <returns>Where the stage was found done, the next state is arriving at the stage after it.</returns>
    public static ExperimentChange Arrive(string id, ExperimentState state, StageRow? row, DateTimeOffset now)
    {
        StagePlan stage = state.Stage();
        if (row is { State: StageState.Done })
        {
            FinishedStage finished = new(stage.Key, row.Last, row.Result, IsReused: row.Owner != id, row.Owner);
            return Advance(id, state, finished, now);
        }

        if (row is { State: StageState.Claimed } && row.Owner != id)
        {
            return new(state with { Phase = Phase.WaitingForStage, SlotId = null });
        }

        StageRow claimed = new()
        {
            Key = stage.Key,
            Name = stage.Name,
            State = StageState.Claimed,
            Owner = id,
            Steps = stage.Steps,
            Last = row?.Last,
            Previous = row?.Previous,
        };
        return new(state with { Phase = Phase.Queued, SlotId = null, Last = row?.Last, Previous = row?.Previous })
        {
            Stages = [new(claimed, StageCondition.IsFree)],
        };
    }

    /// <summary>Gives the lease to a slot.</summary>
    public static (GrantOutcome Outcome, ExperimentChange? Change) Grant(
        string id, ExperimentState state, string slotId, DateTimeOffset now)
    {
        switch (state.Phase)
        {
            case Phase.Running:
                return (state.SlotId == slotId ? GrantOutcome.Granted : GrantOutcome.AlreadyLeased, null);
            case Phase.WaitingForStage:
                return (GrantOutcome.NotReady, null);
            case Phase.Queued:
                break;
            default:
                return (GrantOutcome.Ended, null);
        }

        ExperimentState next = state with
        {
            Phase = Phase.Running,
            Fence = state.Fence + 1,
            SlotId = slotId,
            StartedAt = state.StartedAt ?? now,
            NotBefore = null,
        };
        return (GrantOutcome.Granted, new(next) { Events = [ExperimentEvents.StageStarted(id, next, now)] });
    }

    /// <summary>A checkpoint is stored. One that is known already changes nothing.</summary>
    /// <exception cref="Fault">LeaseLost.</exception>
    public static ExperimentChange? Commit(string id, ExperimentState state, Lease lease, Checkpoint checkpoint, StepRows steps)
    {
        Guard(id, state, lease);
        if (state.Last is not null && checkpoint.Step <= state.Last.Step)
        {
            return null;
        }

        ExperimentState next = state with { Last = checkpoint, Previous = state.Last, Losses = 0, Outages = 0 };
        return new(next) { Stages = [Own(id, next, StageState.Claimed)], Steps = steps };
    }

    /// <summary>A checkpoint of the current stage cannot be read: the one before takes its place.</summary>
    /// <exception cref="Fault">LeaseLost.</exception>
    public static ExperimentChange LoseOwn(
        string id, ExperimentState state, Lease lease, Checkpoint lost, string reason, DateTimeOffset now)
    {
        Guard(id, state, lease);
        ExperimentState next = state.Last?.Blob == lost.Blob
            ? state with { Last = state.Previous, Previous = null }
            : state with { Previous = null };
        return new(next)
        {
            Stages = [Own(id, next, StageState.Claimed)],
            Events = [ExperimentEvents.CheckpointLost(id, next, lost, reason, now)],
        };
    }

    /// <summary>The model that the stage before left cannot be read: that stage is trained again from the checkpoint before it.</summary>
    /// <param name="row">The stage before, as it is stored.</param>
    /// <exception cref="Fault">LeaseLost.</exception>
    public static ExperimentChange LoseStart(
        string id, ExperimentState state, Lease lease, StageRow row, string reason, DateTimeOffset now)
    {
        Guard(id, state, lease);
        StageRow given = Own(id, state, StageState.Abandoned).Row;
        List<StageWrite> stages = [new(given, StageCondition.IsOwn)];
        if (row.State == StageState.Done && row.Last?.Blob == state.Finished[^1].Model?.Blob)
        {
            stages.Add(new(row with { State = StageState.Abandoned, Last = row.Previous, Previous = null, Result = null },
                StageCondition.IsDone));
        }

        ExperimentState next = state with
        {
            Phase = Phase.Queued,
            StageIndex = state.StageIndex - 1,
            Finished = [.. state.Finished.SkipLast(1)],
            SlotId = null,
            Last = null,
            Previous = null,
        };
        return new(next)
        {
            Stages = stages,
            Events = [ExperimentEvents.CheckpointLost(id, next, state.Finished[^1].Model!, reason, now)],
            IsArriving = true,
        };
    }

    /// <summary>The current stage is done: the next state is at the stage after it, or has succeeded.</summary>
    /// <exception cref="Fault">LeaseLost.</exception>
    public static ExperimentChange Complete(string id, ExperimentState state, Lease lease, StageEnding ending, DateTimeOffset now)
    {
        Guard(id, state, lease);
        ExperimentState ended = state with
        {
            Last = ending.Model ?? state.Last,
            Previous = ending.Model is null || ending.Model.Blob == state.Last?.Blob ? state.Previous : state.Last,
        };
        FinishedStage finished = new(state.Stage().Key, ending.Model, ending.Result, IsReused: false, id);
        StageWrite done = Own(id, ended, StageState.Done);
        ExperimentChange change = Advance(id, ended, finished, now);
        return change with
        {
            Stages = [done with { Row = done.Row with { Result = ending.Result } }, .. change.Stages],
            Steps = ending.Steps,
            Measurements = ending.Measurements,
        };
    }

    /// <summary>The attempt failed: the experiment waits a while, or ends where another attempt would fail alike.</summary>
    /// <exception cref="Fault">LeaseLost.</exception>
    public static ExperimentChange Fail(
        string id, ExperimentState state, Lease lease, string reason, FailureKind kind, DateTimeOffset now)
    {
        Guard(id, state, lease);
        if (!FailureRules.Counts(kind))
        {
            return Requeue(id, state, lease.Fence, reason, kind, now)!;
        }

        string shown = FailureRules.Explain(kind, reason);
        ExperimentState failed = state with
        {
            Failures = state.Failures + 1,
            SlotId = null,
            Reason = shown,
            Failure = new(kind, shown, now),
        };
        if (!FailureRules.IsFinal(kind) && failed.Failures < FailuresMax)
        {
            ExperimentState queued = failed with { Phase = Phase.Queued, NotBefore = now + FailureRules.Wait(failed.Failures) };
            return new(queued) { Events = [ExperimentEvents.Requeued(id, queued, shown, now)] };
        }

        return End(id, state, failed with { Phase = Phase.Failed, EndedAt = now }, now);
    }

    /// <summary>The lease with this fence ends without a fault of the attempt; with another fence nothing changes. A second loss of a
    /// node or device in a row waits a while, and so does each outage of the checkpoint store; there is a last of each.</summary>
    /// <param name="kind">Null where the attempt never began.</param>
    public static ExperimentChange? Requeue(
        string id, ExperimentState state, long fence, string reason, FailureKind? kind, DateTimeOffset now)
    {
        if (state.Phase != Phase.Running || state.Fence != fence)
        {
            return null;
        }

        Interruption met = Interruption.Of(state, kind);
        string shown = met.Last is null ? reason : $"{reason}; {met.Last}";
        ExperimentState queued = state with
        {
            Phase = Phase.Queued,
            SlotId = null,
            Losses = met.Losses,
            Outages = met.Outages,
            NotBefore = met.Wait is { } wait ? now + wait : state.NotBefore,
            Reason = shown,
            Failure = kind is { } ended ? new(ended, shown, now) : state.Failure,
        };
        if (met.Last is not null)
        {
            return End(id, state, queued with { Phase = Phase.Failed, NotBefore = null, EndedAt = now }, now);
        }

        return new(queued) { Events = [ExperimentEvents.Requeued(id, queued, reason, now)] };
    }

    /// <summary>Its end was asked for; one that has ended stays as it is.</summary>
    public static ExperimentChange? Cancel(string id, ExperimentState state, string reason, DateTimeOffset now) => state.Phase.IsEnd()
        ? null
        : End(id, state, state with { Phase = Phase.Cancelled, SlotId = null, Reason = reason, EndedAt = now }, now);

    /// <summary>Refuses whoever holds no valid lease.</summary>
    /// <exception cref="Fault">LeaseLost.</exception>
    public static void Guard(string id, ExperimentState state, Lease lease) => Fault.Unless(
        state.Phase == Phase.Running && state.Fence == lease.Fence && state.SlotId == lease.SlotId, FaultCode.LeaseLost, id,
        state.Phase == Phase.Running
            ? $"attempt {lease.Fence} on {lease.SlotId} gave way to attempt {state.Fence} on {state.SlotId}"
            : $"attempt {lease.Fence} on {lease.SlotId} has ended; the experiment is {SpecJson.Word(state.Phase)}");

    private static ExperimentChange Advance(string id, ExperimentState state, FinishedStage finished, DateTimeOffset now)
    {
        ExperimentState next = state with
        {
            Phase = Phase.Queued,
            StageIndex = state.StageIndex + 1,
            Finished = [.. state.Finished, finished],
            SlotId = null,
            Last = null,
            Previous = null,
            Losses = 0,
            Outages = 0,
            Reason = null,
            Failure = null,
        };
        EventRecord completed = ExperimentEvents.StageCompleted(id, state, finished.IsReused, now);
        if (next.StageIndex < next.Order.Stages.Count)
        {
            return new(next) { Events = [completed], IsArriving = true };
        }

        ExperimentState succeeded = next with { Phase = Phase.Succeeded, EndedAt = now };
        ExperimentOrder order = state.Order;
        return new(succeeded)
        {
            Events = [completed, ExperimentEvents.Ended(id, succeeded, now)],
            Result = new(id, order.Sweep, order.Row, order.Spec.Seed, state.Fence, now, finished.Key),
        };
    }

    // A claimed stage is given up, with its checkpoints, to whoever needs it next.
    private static ExperimentChange End(string id, ExperimentState state, ExperimentState ended, DateTimeOffset now) => new(ended)
    {
        Stages = state.Phase is Phase.Queued or Phase.Running ? [Own(id, state, StageState.Abandoned)] : [],
        Events = [ExperimentEvents.Ended(id, ended, now)],
    };

    private static StageWrite Own(string id, ExperimentState state, StageState to) => new(
        new()
        {
            Key = state.Stage().Key,
            Name = state.Stage().Name,
            State = to,
            Owner = id,
            Steps = state.Stage().Steps,
            Last = state.Last,
            Previous = state.Previous,
        },
        StageCondition.IsOwn);
}
