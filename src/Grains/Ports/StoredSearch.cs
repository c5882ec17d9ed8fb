using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>A search as it is stored.</summary>
/// <param name="Trials">In the order in which they were made.</param>
/// <param name="CancelReason">Why its sweep was cancelled; null where it was not.</param>
public sealed record StoredSearch(SweepSpec Spec, IReadOnlyList<SearchTrial> Trials, string? CancelReason = null)
{
    /// <summary>The trials as people see them: what a cancelled sweep left unfinished is stopped. Its state is left as it is,
    /// since a retry goes on with it.</summary>
    public IEnumerable<SearchTrial> Seen(SearchTerms terms) => CancelReason is null
        ? Trials
        : Trials.Select(trial => trial.IsOpen || trial.IsPaused(terms.LastRung)
            ? trial with { Stopped = $"the sweep was cancelled: {CancelReason}" }
            : trial);

    /// <summary>The experiments of trials that were trained to the end and scored.</summary>
    public IReadOnlyList<SweepCell> Finished()
    {
        SearchTerms terms = SearchTerms.Of(Spec);
        return [.. Trials.Where(trial => SearchViews.PhaseOf(terms, trial) == TrialPhase.Finished)
            .SelectMany(trial => terms.Cells(trial, terms.LastRung))];
    }
}
