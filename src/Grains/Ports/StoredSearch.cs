using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>A search as it is stored.</summary>
/// <param name="Trials">In the order in which they were made.</param>
public sealed record StoredSearch(SweepSpec Spec, IReadOnlyList<SearchTrial> Trials)
{
    /// <summary>The experiments of trials that were trained to the end and scored.</summary>
    public IReadOnlyList<SweepCell> Finished()
    {
        SearchTerms terms = SearchTerms.Of(Spec);
        return [.. Trials.Where(trial => SearchViews.PhaseOf(terms, trial) == TrialPhase.Finished)
            .SelectMany(trial => terms.Cells(trial, terms.LastRung))];
    }
}
