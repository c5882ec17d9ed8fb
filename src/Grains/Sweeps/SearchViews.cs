using ViSurf.Sdk;
using ViSurf.Training.Search;
using ViSurf.Training.Statistics;

namespace ViSurf.Grains;

/// <summary>What people see of a search.</summary>
public static class SearchViews
{
    public static SearchView Of(StoredSearch search)
    {
        SearchTerms terms = SearchTerms.Of(search.Spec);
        SearchTrial[] trials = [.. search.Seen(terms)];
        int scored = trials.SelectMany(trial => trial.Rungs).Where(rung => rung.IsScored).Select(rung => rung.Rung)
            .DefaultIfEmpty(-1).Max();
        (int place, SearchTrial? best) = trials.Index().Where(one => one.Item.ScoredAt(scored) is not null)
            .OrderByDescending(one => terms.Worth(one.Item.ScoredAt(scored)!)).FirstOrDefault();
        return new()
        {
            Spec = terms.Spec,
            Rungs = terms.Rungs,
            Made = trials.Length,
            Trials = trials.CountBy(trial => PhaseOf(terms, trial)).ToDictionary(),
            Best = best is null ? null : Of(terms, best, place),
        };
    }

    /// <summary>The trials after the one with a number.</summary>
    public static IReadOnlyList<TrialView> Trials(StoredSearch search, int after, int max)
    {
        SearchTerms terms = SearchTerms.Of(search.Spec);
        return [.. search.Seen(terms).Index().Skip(after).Take(max).Select(one => Of(terms, one.Item, one.Index))];
    }

    public static TrialPhase PhaseOf(SearchTerms terms, SearchTrial trial) =>
        trial.Stopped is not null ? TrialPhase.Stopped
        : trial.IsFailed ? TrialPhase.Failed
        : trial.IsOpen ? trial.Rungs.Count > 1 ? TrialPhase.Promoted : TrialPhase.Running
        : trial.IsPaused(terms.LastRung) ? TrialPhase.Waiting
        : TrialPhase.Finished;

    private static TrialView Of(SearchTerms terms, SearchTrial trial, int place) => new()
    {
        Number = place + 1,
        Row = trial.Label,
        Coordinates = trial.Coordinates,
        Phase = PhaseOf(terms, trial),
        Reason = trial.Stopped ?? (trial.IsFailed ? trial.Last.Seeds.First(seed => seed.Failure is not null).Failure : null),
        Rungs = [.. trial.Rungs.Select(rung => Of(terms, rung))],
    };

    private static TrialRungView Of(SearchTerms terms, TrialRung rung)
    {
        double[] scores = rung.IsScored ? [.. rung.Seeds.Select(seed => seed.Score!.Value)] : [];
        return new()
        {
            Prompts = terms.Rungs[rung.Rung],
            Scores = [.. rung.Seeds.Select(seed => seed.Score)],
            Mean = scores.Length > 0 ? scores.Average() : null,
            Deviation = scores.Length > 1 ? PairedTest.Deviation(scores) : null,
            IsReprieved = rung.IsReprieved,
        };
    }
}
