using System.Data.Common;
using Microsoft.Extensions.Logging;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Keeps one sweep: expands it once, hands its experiments over, and knows when all have ended.</summary>
/// <remarks>
/// Key: the sweep's id. Its row is written before an experiment hears of it; what was not handed over when a process died is handed
/// over when the sweep is woken next, and an experiment bears being handed over twice.
/// </remarks>
public sealed class SweepGrain(ISweepStore store, SweepPlanner planner, TimeProvider clock, ILogger<SweepGrain> log) : Grain, ISweepGrain
{
    private const int ChunkSize = 256; // experiments handed over between two turns

    private SweepState? state;
    private long version;
    private IGrainTimer? work;
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
        (SubmitOutcome outcome, SweepState? next) = SweepRules.Submit(Id, state, spec, planner.Expand(Id, spec), clock.GetUtcNow());
        if (next is not null)
        {
            await SaveAsync(next, SweepRules.Submitted(next, clock.GetUtcNow()));
        }

        StartWork();
        return outcome;
    }

    public async ValueTask CancelAsync(string reason)
    {
        Fault.Unless(state is not null, FaultCode.NotFound, Id, "is no sweep");
        if (state.CancelReason is null && state.Phase == SweepPhase.Running)
        {
            await SaveAsync(state with { CancelReason = reason });
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
            else if (state!.HandedOver < state.Orders.Count)
            {
                await HandOverAsync(state.Orders);
                StartWork();
                return;
            }

            await EndAsync();
        }
        catch (Exception e) when (e is IOException or DbException or Fault or OrleansException or TimeoutException)
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

    private async Task CancelOpenAsync(string reason)
    {
        foreach (string open in await store.OpenExperimentsAsync(Id))
        {
            await GrainFactory.GetGrain<IExperimentGrain>(open).CancelAsync(reason);
        }
    }

    private async Task EndAsync()
    {
        if (state is { Phase: SweepPhase.Running } && !await store.HasOpenAsync(Id))
        {
            SweepState ended = SweepRules.End(state, await store.CountAsync(Id), clock.GetUtcNow());
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
