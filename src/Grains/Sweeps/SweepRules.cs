using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What a sweep may become. Pure: no clock, no store, no grain.</summary>
public static class SweepRules
{
    /// <summary>Takes a spec: a new sweep, the same one again, or more experiments for one that is there.</summary>
    /// <param name="orders">The spec's experiments.</param>
    /// <returns>The next state is null where nothing changes.</returns>
    /// <exception cref="Fault">Conflict: an experiment that is there is not in the spec any longer.</exception>
    public static (SubmitOutcome Outcome, SweepState? Next) Submit(
        string id, SweepState? state, SweepSpec spec, IReadOnlyList<ExperimentOrder> orders, DateTimeOffset now)
    {
        if (state is null)
        {
            return (SubmitOutcome.Created, new()
            {
                Id = id,
                Spec = spec,
                Revision = 1,
                Phase = SweepPhase.Running,
                CreatedAt = now,
                Orders = orders,
                HandedOver = 0,
            });
        }

        HashSet<string> wanted = [.. orders.Select(order => order.Spec.Id)];
        ExperimentOrder? dropped = state.Orders.FirstOrDefault(order => !wanted.Contains(order.Spec.Id));
        Fault.Unless(dropped is null, FaultCode.Conflict, id,
            $"holds another spec: its experiment {dropped?.Row} with seed {dropped?.Spec.Seed} is not in this one, or differs; "
                + "allowed: the same spec, one with rows or seeds added, or another key");
        HashSet<string> known = [.. state.Orders.Select(order => order.Spec.Id)];
        ExperimentOrder[] added = [.. orders.Where(order => !known.Contains(order.Spec.Id))
            .Select((order, i) => order with { Index = state.Orders.Count + i })];
        if (added.Length == 0)
        {
            return (SubmitOutcome.Unchanged, null);
        }

        Fault.Unless(state.CancelReason is null, FaultCode.Conflict, id, "was cancelled, and takes no more experiments; use another key");
        return (SubmitOutcome.Extended, state with
        {
            Spec = spec,
            Revision = state.Revision + 1,
            Phase = SweepPhase.Running,
            EndedAt = null,
            Orders = [.. state.Orders, .. added],
        });
    }

    /// <summary>Where a sweep stands once none of its experiments is open.</summary>
    public static SweepState End(SweepState state, IReadOnlyDictionary<Phase, int> experiments, DateTimeOffset now) => state with
    {
        Phase = state.CancelReason is not null ? SweepPhase.Cancelled
            : experiments.Keys.All(phase => phase == Phase.Succeeded) ? SweepPhase.Succeeded : SweepPhase.Failed,
        EndedAt = now,
    };

    public static EventRecord Submitted(SweepState state, DateTimeOffset now) => new(
        $"{state.Id}/submitted/{state.Revision}", EventKinds.SweepSubmitted, state.Id, null, now,
        new JsonObject { ["revision"] = state.Revision, ["experiments"] = state.Orders.Count });

    public static EventRecord Completed(SweepState state) => new(
        $"{state.Id}/completed/{state.Revision}", EventKinds.SweepCompleted, state.Id, null, state.EndedAt!.Value,
        new JsonObject { ["phase"] = JsonSerializer.SerializeToNode(state.Phase, SpecJson.Options) });
}
