using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>What a search may become when it is submitted, again or for the first time. Pure but for the models that it looks at.</summary>
public static class SearchSubmission
{
    /// <summary>Takes a spec: a new search, the same one again, or more trials for one that is there.</summary>
    /// <param name="bases">The base model's own experiment.</param>
    /// <returns>The next state is null where nothing changes.</returns>
    /// <exception cref="Fault">Conflict: it differs in more than trials, atOnce, schedule and retention. SpecInvalid, NotFound or
    /// FileDamaged: not even the first trial can be planned.</exception>
    public static (SubmitOutcome Outcome, SweepState? Next) Submit(
        string id, SweepState? state, SweepSpec spec, IReadOnlyList<ExperimentOrder> bases, SearchOrders orders, DateTimeOffset now)
    {
        if (state is null)
        {
            SweepState created = SweepRules.Submit(id, null, spec, bases, now).Next!;
            SweepState started = orders.Advance(created, []);
            Fault.Unless(started.Trials!.Count > 0, FaultCode.SpecInvalid, "search", "finds no point that the constraints leave");
            Fault.Unless(started.Trials[0] is not { IsFailed: true } first, FaultCode.SpecInvalid, started.Trials[0].Label,
                started.Trials[0].Last.Seeds[0].Failure ?? "");
            return (SubmitOutcome.Created, started);
        }

        Fault.Unless(state.Trials is not null && Rest(state.Spec) == Rest(spec), FaultCode.Conflict, id,
            "holds another spec; of a search trials, atOnce, schedule and retention may differ, and all else wants another key");
        Fault.Unless(spec.Search!.Trials >= state.Spec.Search!.Trials, FaultCode.Conflict, "search.trials",
            $"are {spec.Search.Trials}, and {state.Spec.Search.Trials} were submitted; allowed: as many, or more");
        if (JsonSerializer.Serialize(state.Spec, SpecJson.Options) == JsonSerializer.Serialize(spec, SpecJson.Options))
        {
            return (SubmitOutcome.Unchanged, null);
        }

        ScheduleSpec? schedule = SweepPlanner.Schedule(spec.Schedule);
        IReadOnlyList<ExperimentOrder> held =
            SweepRules.Rescheduled(state.Orders, [.. state.Orders.Select(order => order with { Schedule = schedule })]);
        SweepState next = state with
        {
            Spec = spec,
            Revision = state.Revision + 1,
            Orders = held,
            HandedOver = ReferenceEquals(held, state.Orders) ? state.HandedOver : 0,
        };
        if (spec.Search.Trials == state.Spec.Search.Trials)
        {
            return (SubmitOutcome.Rescheduled, next);
        }

        Fault.Unless(state.CancelReason is null, FaultCode.Conflict, id, "was cancelled, and takes no more trials; use another key");
        return (SubmitOutcome.Extended, next with { Phase = SweepPhase.Running, EndedAt = null });
    }

    /// <summary>Trials whose failed experiments run again.</summary>
    public static IReadOnlyList<SearchTrial>? Reopened(SweepState state)
    {
        if (state.Trials is null)
        {
            return null;
        }

        HashSet<string> rows = [.. state.Orders.Select(order => order.Row)]; // what could not be planned has no experiment
        SearchTerms terms = SearchTerms.Of(state.Spec);
        return [.. state.Trials.Select(trial => trial.IsFailed && rows.Contains(terms.RowOf(trial, trial.Last.Rung))
            ? trial with
            {
                Rungs =
                [
                    .. trial.Rungs.SkipLast(1),
                    trial.Last with { Seeds = [.. trial.Last.Seeds.Select(seed => seed.Failure is null ? seed : new SeedOutcome())] },
                ],
            }
            : trial)];
    }

    private static string Rest(SweepSpec spec) => JsonSerializer.Serialize(
        spec with { Search = spec.Search is null ? null : spec.Search with { Trials = 1, AtOnce = 1 }, Schedule = new(), Retention = null },
        SpecJson.Options);
}
