namespace ViSurf.Training.Search;

/// <summary>A trial is stopped whose best score so far lies below the median of the others' running averages.</summary>
/// <remarks>
/// Golovin, D. et al. (2017), Google Vizier, sec. 3.2.1. Where they look at trials that are complete, all others are looked at that
/// were scored at the same rung, with the average of their means up to there; with fewer than four others nobody is stopped (Optuna's
/// five start trials). One below the median is reprieved where <see cref="PairedScores.IsWorse"/> does not say that it is worse than the
/// other nearest to the median from above, and while fewer than a quarter, rounded up, of the trials scored there were reprieved.
/// </remarks>
public sealed class MedianRule : StoppingRule
{
    private const int OthersLeast = 4;
    private const int ReprievedShare = 4;

    public override Verdict Of(SearchTerms terms, IReadOnlyList<SearchTrial> trials, int trial, bool isOver)
    {
        int rung = trials[trial].Last.Rung;
        PairedScores[] others = [.. trials.Where((one, i) => i != trial && one.ScoredAt(rung) is not null)
            .Select(one => PairedScores.MeanOf([.. UpTo(terms, one, rung)])).OrderBy(one => one.Mean)];
        if (others.Length < OthersLeast)
        {
            return Verdict.Goes;
        }

        double median = (others[(others.Length - 1) / 2].Mean + others[others.Length / 2].Mean) / 2;
        PairedScores best = UpTo(terms, trials[trial], rung).MaxBy(one => one.Mean)!;
        if (best.Mean >= median)
        {
            return Verdict.Goes;
        }

        int reprieved = trials.Count(one => one.Rungs.Any(at => at.Rung == rung && at.IsReprieved));
        bool mayBe = reprieved < (others.Length + 1 + ReprievedShare - 1) / ReprievedShare;
        return mayBe && !best.IsWorse(others[others.Length / 2], terms.Spec.Confidence)
            ? new(true, IsReprieved: true)
            : new(false, FormattableString.Invariant(
                $"below the median of {others.Length} others at {terms.Rungs[rung]} prompts, which is {terms.Worth(median):0.####}"));
    }

    private static IEnumerable<PairedScores> UpTo(SearchTerms terms, SearchTrial trial, int rung) =>
        trial.Rungs.Where(one => one.Rung <= rung).Select(one => PairedScores.Of(terms, one));
}
