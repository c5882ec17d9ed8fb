using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>Reads what became of a search's experiments.</summary>
/// <remarks>Evaluations are read once; after a restart those that are compared are read again.</remarks>
internal sealed class SearchSight(IReadModel reads, string sweep)
{
    private readonly Dictionary<(string Row, int Rung), IReadOnlyList<double>> resampled = [];

    /// <summary>The trials with what has come of their open seeds, and with resampled scores where a decision wants them.</summary>
    /// <returns>Whether something has come.</returns>
    public async Task<(IReadOnlyList<SearchTrial> Trials, bool IsNew)> LookAsync(SweepState state)
    {
        SearchTerms terms = SearchTerms.Of(state.Spec);
        List<SearchTrial> trials = [];
        bool isNew = false;
        foreach (SearchTrial trial in state.Trials!)
        {
            SearchTrial seen = trial.IsOpen ? await SeenAsync(terms, trial) : trial;
            isNew |= !ReferenceEquals(seen, trial);
            trials.Add(seen);
        }

        if (terms.Spec is { Stopping: not Stopping.None, Confidence: > 0.5 })
        {
            int[] paused = [.. trials.Where(trial => trial.IsPaused(terms.LastRung)).Select(trial => trial.Last.Rung)];
            HashSet<int> compared = terms.Spec.Stopping == Stopping.Median // averages over the rungs before
                ? [.. Enumerable.Range(0, paused.Append(-1).Max() + 1)]
                : [.. paused];
            for (int i = 0; i < trials.Count; i++)
            {
                trials[i] = await ResampledAsync(terms, trials[i], compared);
            }
        }

        return (trials, isNew);
    }

    private async Task<SearchTrial> SeenAsync(SearchTerms terms, SearchTrial trial)
    {
        IReadOnlyList<SweepCell> cells = terms.Cells(trial, trial.Last.Rung);
        SeedOutcome[] outcomes = [.. trial.Last.Seeds];
        bool isNew = false;
        for (int seed = 0; seed < outcomes.Length; seed++)
        {
            if (!outcomes[seed].IsSettled && await OutcomeAsync(terms, $"{sweep}/{cells[seed].Spec.Id}") is { } outcome)
            {
                (outcomes[seed], isNew) = (outcome, true);
            }
        }

        return isNew ? With(trial, trial.Last with { Seeds = outcomes }) : trial;
    }

    private async Task<SeedOutcome?> OutcomeAsync(SearchTerms terms, string experiment)
    {
        ExperimentView? view = await reads.ExperimentAsync(experiment);
        return view?.Phase switch
        {
            Phase.Failed => new(null, view.Reason ?? "failed"),
            Phase.Cancelled => new(null, $"was cancelled: {view.Reason}"),
            Phase.Succeeded => TrialScores.Of(terms.Spec, await MeasurementsAsync(experiment)) is { } score
                ? new(score)
                : new(null, $"{terms.Spec.Measure} is no number"),
            _ => null,
        };
    }

    private async Task<SearchTrial> ResampledAsync(SearchTerms terms, SearchTrial trial, HashSet<int> compared)
    {
        foreach (TrialRung rung in trial.Rungs.Where(one => one.IsScored && one.Resampled is null && compared.Contains(one.Rung)).ToArray())
        {
            if (!resampled.TryGetValue((trial.Label, rung.Rung), out IReadOnlyList<double>? known))
            {
                List<IReadOnlyList<Measurement>> bySeed = [];
                foreach (SweepCell cell in terms.Cells(trial, rung.Rung))
                {
                    bySeed.Add(await MeasurementsAsync($"{sweep}/{cell.Spec.Id}"));
                }

                known = await Task.Run(() => TrialScores.Resampled(terms.Spec, bySeed)); // not on the grain's turn
                resampled.Add((trial.Label, rung.Rung), known);
            }

            trial = With(trial, rung with { Resampled = known });
        }

        return trial;
    }

    private async Task<IReadOnlyList<Measurement>> MeasurementsAsync(string experiment) =>
        await reads.ResultAsync(experiment) is { } stored
            ? MeasurementBytes.Read(stored.Measurements, experiment)
            : throw new Fault(FaultCode.NotFound, experiment, "has succeeded, and its result is not stored");

    private static SearchTrial With(SearchTrial trial, TrialRung rung) =>
        trial with { Rungs = [.. trial.Rungs.Select(one => one.Rung == rung.Rung ? rung : one)] };
}
