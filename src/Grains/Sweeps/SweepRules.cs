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

        Fault.Unless(state.Spec.Reuse == spec.Reuse, FaultCode.Conflict, id,
            $"was submitted with reuse: {(state.Spec.Reuse ? "true" : "false")}, and its stages are named accordingly; use another key");
        HashSet<string> wanted = [.. orders.Select(order => order.Spec.Id)];
        ExperimentOrder? dropped = state.Orders.FirstOrDefault(order => !wanted.Contains(order.Spec.Id));
        Fault.Unless(dropped is null, FaultCode.Conflict, id,
            $"holds another spec: its experiment {dropped?.Row} with seed {dropped?.Spec.Seed} is not in this one, or differs; "
                + "allowed: the same spec, one with rows or seeds added, or another key");
        HashSet<string> known = [.. state.Orders.Select(order => order.Spec.Id)];
        ExperimentOrder[] added = [.. orders.Where(order => !known.Contains(order.Spec.Id))
            .Select((order, i) => order with { Index = state.Orders.Count + i })];
        spec = spec with { Preregistration = Preregistering.Keep(id, state.Spec.Preregistration, spec.Preregistration, added.Length) };
        IReadOnlyList<ExperimentOrder> held = Rescheduled(state.Orders, orders);
        if (added.Length == 0)
        {
            if (ReferenceEquals(held, state.Orders) && state.Spec.Retention != spec.Retention)
            {
                return (SubmitOutcome.Rescheduled, state with { Spec = spec, Revision = state.Revision + 1 });
            }

            // Handed over again, all of them: an experiment takes the schedule from its order, and nothing else.
            return ReferenceEquals(held, state.Orders)
                ? (SubmitOutcome.Unchanged, null)
                : (SubmitOutcome.Rescheduled, state with { Spec = spec, Revision = state.Revision + 1, Orders = held, HandedOver = 0 });
        }

        Fault.Unless(state.CancelReason is null, FaultCode.Conflict, id, "was cancelled, and takes no more experiments; use another key");
        return (SubmitOutcome.Extended, state with
        {
            Spec = spec,
            Revision = state.Revision + 1,
            Phase = SweepPhase.Running,
            EndedAt = null,
            Orders = [.. held, .. added],
            HandedOver = ReferenceEquals(held, state.Orders) ? state.HandedOver : 0,
        });
    }

    // The list itself where no schedule differs.
    internal static IReadOnlyList<ExperimentOrder> Rescheduled(IReadOnlyList<ExperimentOrder> held, IReadOnlyList<ExperimentOrder> wanted)
    {
        Dictionary<string, ScheduleSpec?> schedules = wanted.ToDictionary(order => order.Spec.Id, order => order.Schedule);
        ExperimentOrder[] next = [.. held.Select(order => ScheduleSpec.AreSame(order.Schedule, schedules[order.Spec.Id])
            ? order
            : order with { Schedule = schedules[order.Spec.Id] })];
        return next.SequenceEqual(held, ReferenceEqualityComparer.Instance) ? held : next;
    }

    /// <summary>Runs again what failed or was cancelled.</summary>
    /// <param name="experiments">How many stand where.</param>
    /// <returns>Null where nothing changes.</returns>
    /// <exception cref="Fault">Conflict: the sweep is being cancelled.</exception>
    public static SweepState? Retry(SweepState state, RetryRequest request, IReadOnlyDictionary<Phase, int> experiments)
    {
        Fault.Unless(state.CancelReason is null || state.Phase != SweepPhase.Running, FaultCode.Conflict, state.Id,
            "is being cancelled; it can be retried when all of its experiments have ended");
        if (state.Retry is not null && (request.FailedOnly || !state.Retry.FailedOnly))
        {
            return null;
        }

        bool wasCutShort = !request.FailedOnly && state.Phase != SweepPhase.Running && state.HandedOver < state.Orders.Count;
        return wasCutShort || Retried(request).Any(phase => experiments.GetValueOrDefault(phase) > 0)
            ? state with
            {
                Phase = SweepPhase.Running,
                Revision = state.Revision + 1,
                EndedAt = null,
                CancelReason = null,
                Retry = request,
            }
            : null;
    }

    /// <summary>The phases of what is run again.</summary>
    public static IReadOnlyList<Phase> Retried(RetryRequest request) =>
        request.FailedOnly ? [Phase.Failed] : [Phase.Failed, Phase.Cancelled];

    /// <summary>Where a sweep stands once none of its experiments is open.</summary>
    public static SweepState End(SweepState state, IReadOnlyDictionary<Phase, int> experiments, DateTimeOffset now) => state with
    {
        Phase = state.CancelReason is not null ? SweepPhase.Cancelled
            : experiments.Keys.All(phase => phase == Phase.Succeeded) || HasFound(state) ? SweepPhase.Succeeded : SweepPhase.Failed,
        EndedAt = now,
        Retry = null, // one that a cancellation cut short is none that goes on
    };

    // Settings under which training fails are an outcome of a search.
    private static bool HasFound(SweepState state) => state.Trials?.Any(trial => trial.Stopped is null && trial.Last.IsScored) == true;

    public static EventRecord Submitted(SweepState state, DateTimeOffset now) => new(
        $"{state.Id}/submitted/{state.Revision}", EventKinds.SweepSubmitted, state.Id, null, now,
        new JsonObject { ["revision"] = state.Revision, ["experiments"] = state.Orders.Count });

    public static EventRecord Retried(SweepState state, DateTimeOffset now) => new(
        $"{state.Id}/retried/{state.Revision}", EventKinds.SweepRetried, state.Id, null, now,
        new JsonObject { ["revision"] = state.Revision, ["failedOnly"] = state.Retry!.FailedOnly });

    public static EventRecord Completed(SweepState state) => new(
        $"{state.Id}/completed/{state.Revision}", EventKinds.SweepCompleted, state.Id, null, state.EndedAt!.Value,
        new JsonObject { ["phase"] = JsonSerializer.SerializeToNode(state.Phase, SpecJson.Options) });
}
