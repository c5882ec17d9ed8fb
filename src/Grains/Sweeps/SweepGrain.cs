using Microsoft.Extensions.Logging;
using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>Keeps one sweep: expands it once, hands its experiments over, and knows when all have ended.</summary>
/// <remarks>
/// Key: the sweep's id. Its row is written before an experiment hears of it; what was not handed over when a process died is handed
/// over when the sweep is woken next, and an experiment bears being handed over twice.
/// </remarks>
[RequireRole(SiloLabels.Control)]
public sealed class SweepGrain(
    ISweepStore store, IReadModel reads, IStageIndex stages, SweepPlanner planner, TimeProvider clock, ILogger<SweepGrain> log)
    : Grain, ISweepGrain
{
    private const int ChunkSize = 256; // experiments handed over between two turns

    private SweepState? state;
    private long version;
    private IGrainTimer? work;
    private Queue<string>? toRetry; // of this activation's retry: what was told already has another phase
    private SearchOrders? search;
    private SearchSight? sight;
    private int handedOver; // in this activation: the row learns of it at the end, and until then all are handed over again

    private string Id => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(Id, cancellationToken) is { } stored)
        {
            (state, version) = (stored.Value, stored.Version);
        }
    }

    public async ValueTask<SubmitOutcome> SubmitAsync(SweepSpec spec)
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<ExperimentOrder> orders = planner.Expand(Id, spec);
        PreregistrationView? registered = state is null && spec.Preregistration is not null
            ? Preregistering.Take(spec, orders, await ScoredAsync(orders), now)
            : state?.Preregistration;
        (SubmitOutcome outcome, SweepState? next) = spec.Search is null && state?.Trials is null
            ? SweepRules.Submit(Id, state, spec, orders, now)
            : SearchSubmission.Submit(Id, state, spec, orders, search ??= new(planner), now);
        if (next is not null)
        {
            await SaveAsync(next with { Preregistration = registered }, SweepRules.Submitted(next, now));
            handedOver = Math.Min(handedOver, next.HandedOver);
        }

        StartWork();
        return outcome;
    }

    private async Task<IReadOnlyList<string>> ScoredAsync(IReadOnlyList<ExperimentOrder> orders) =>
    [
        .. (await stages.ReadAsync(Preregistering.Scorings(orders))).Where(row => row.State is StageState.Done or StageState.Expired)
            .Select(row => row.Key),
    ];

    public async ValueTask CancelAsync(string reason)
    {
        Fault.Unless(state is not null, FaultCode.NotFound, Id, "is no sweep");
        if (state.CancelReason is null && state.Phase == SweepPhase.Running)
        {
            await SaveAsync(state with { CancelReason = reason });
        }

        StartWork();
    }

    public async ValueTask RetryAsync(RetryRequest request)
    {
        Fault.Unless(state is not null, FaultCode.NotFound, Id, "is no sweep");
        if (SweepRules.Retry(state, request, await store.CountAsync(Id)) is { } next)
        {
            toRetry = null;
            await SaveAsync(next, SweepRules.Retried(next, clock.GetUtcNow()));
        }

        StartWork();
    }

    public ValueTask WakeAsync()
    {
        StartWork();
        return ValueTask.CompletedTask;
    }

    // In turns of its own, so that whoever submits ten thousand experiments is answered at once.
    private void StartWork()
    {
        if (state is { Phase: SweepPhase.Running } && work is null)
        {
            work = this.RegisterGrainTimer(static (self, _) => self.WorkAsync(), this,
                new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        }
    }

    private async Task WorkAsync()
    {
        IGrainTimer? due = work;
        work = null; // whoever wakes the sweep from now on wakes it again
        try
        {
            if (state is { CancelReason: { } reason })
            {
                await CancelOpenAsync(reason);
            }
            else if (state!.Retry is { } retry)
            {
                await RetryEndedAsync(retry);
                StartWork();
                return;
            }
            else if (state.HandedOver < state.Orders.Count)
            {
                await HandOverAsync(state.Orders);
                StartWork();
                return;
            }

            if (state.Trials is not null && state.CancelReason is null && await SearchAsync(state))
            {
                StartWork();
                return;
            }

            await EndAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            SweepLog.WorkFailed(log, Id, e.Message); // the scheduler wakes every open sweep every ten seconds
        }
        finally
        {
            due?.Dispose();
        }
    }

    private async Task HandOverAsync(IReadOnlyList<ExperimentOrder> orders)
    {
        int first = Math.Max(handedOver, state!.HandedOver);
        ExperimentOrder[] chunk = [.. orders.Skip(first).Take(ChunkSize)];
        // One after the other: of those that share a stage the first in the sweep owns it.
        foreach (ExperimentOrder order in chunk)
        {
            await GrainFactory.GetGrain<IExperimentGrain>($"{Id}/{order.Spec.Id}").SubmitAsync(order);
        }

        handedOver = first + chunk.Length;
        if (handedOver == state.Orders.Count)
        {
            await SaveAsync(state with { HandedOver = handedOver });
        }
    }

    // Whether more was ordered. What was seen and what was decided of it are written together.
    private async Task<bool> SearchAsync(SweepState before)
    {
        (IReadOnlyList<SearchTrial> trials, bool isNew) = await (sight ??= new(reads, Id)).LookAsync(before);
        SweepState next = (search ??= new(planner)).Advance(before, trials);
        if (isNew || !ReferenceEquals(next.Trials, trials))
        {
            await SaveAsync(next);
        }

        return next.HandedOver < next.Orders.Count;
    }

    // Of a search that was cancelled: what came of trials that were open then.
    private async Task<SweepState> SettledAsync(SweepState before) => before is { Trials: not null, CancelReason: not null }
        ? before with { Trials = (await (sight ??= new(reads, Id)).LookAsync(before)).Trials }
        : before;

    private async Task RetryEndedAsync(RetryRequest retry)
    {
        toRetry ??= await EndedAsync(retry);
        for (int told = 0; told < ChunkSize && toRetry.TryPeek(out string? ended); told++)
        {
            await GrainFactory.GetGrain<IExperimentGrain>(ended).RetryAsync(retry.FailedOnly);
            toRetry.Dequeue();
        }

        if (toRetry.Count == 0)
        {
            await SaveAsync(state! with { Retry = null, Trials = SearchSubmission.Reopened(state) });
            toRetry = null;
        }
    }

    private async Task<Queue<string>> EndedAsync(RetryRequest retry)
    {
        Queue<string> ended = [];
        foreach (Phase phase in SweepRules.Retried(retry))
        {
            string? after = null;
            IReadOnlyList<ExperimentView> part;
            do
            {
                part = await reads.ExperimentsAsync(Id, phase, after, ChunkSize);
                foreach (ExperimentView experiment in part)
                {
                    ended.Enqueue(after = experiment.Id);
                }
            }
            while (part.Count == ChunkSize);
        }

        return ended;
    }

    private async Task CancelOpenAsync(string reason)
    {
        foreach (string open in await store.OpenExperimentsAsync(Id))
        {
            await GrainFactory.GetGrain<IExperimentGrain>(open).CancelAsync(reason);
        }
    }

    private async Task EndAsync()
    {
        bool isAwaited = state is { CancelReason: null, Trials: { } trials } && trials.Any(trial => trial.IsOpen); // not looked at yet
        if (state is { Phase: SweepPhase.Running } && !isAwaited && !await store.HasOpenAsync(Id))
        {
            SweepState ended = SweepRules.End(await SettledAsync(state), await store.CountAsync(Id), clock.GetUtcNow());
            await SaveAsync(ended, SweepRules.Completed(ended));
        }
    }

    private async ValueTask SaveAsync(SweepState next, params EventRecord[] events)
    {
        if (!await store.WriteAsync(next, version, events))
        {
            DeactivateOnIdle();
            throw new Fault(FaultCode.Unavailable, Id, "was written by another process; ask again");
        }

        (state, version) = (next, version + 1);
    }
}
