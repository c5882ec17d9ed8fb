namespace ViSurf.Training.Search;

/// <summary>Who goes on from a rung: the best, and those near to them that cannot be told to be worse.</summary>
/// <remarks>
/// Of the trials at a rung the k with the best means go on (Jamieson and Talwalkar 2016, successive halving). One behind them is
/// reprieved where <see cref="PairedScores.IsWorse"/> does not say that it is worse than the last of the k, whose place it would take;
/// the nearest first, at most ceil(k / 2). So at most k + ceil(k / 2) go on, whatever the scores are.
/// </remarks>
internal sealed class RungCut
{
    private readonly HashSet<int> best;
    private readonly HashSet<int> reprieved = [];

    /// <param name="at">Which trials are compared; those without a score are behind all others.</param>
    /// <param name="keep">k.</param>
    public RungCut(SearchTerms terms, IReadOnlyList<SearchTrial> trials, IEnumerable<int> at, int rung, int keep)
    {
        (int Trial, TrialRung Scored)[] ordered = [.. at.Where(i => trials[i].ScoredAt(rung) is not null)
            .Select(i => (i, trials[i].ScoredAt(rung)!)).OrderByDescending(one => terms.Worth(one.Item2)).ThenBy(one => one.i)];
        Keep = keep;
        best = [.. ordered.Take(keep).Select(one => one.Trial)];
        if (best.Count == 0)
        {
            return;
        }

        (Threshold, TrialRung last) = ordered[best.Count - 1];
        PairedScores threshold = PairedScores.Of(terms, last);
        foreach ((int trial, TrialRung scored) in ordered.Skip(best.Count))
        {
            if (reprieved.Count < (keep + 1) / 2 && !PairedScores.Of(terms, scored).IsWorse(threshold, terms.Spec.Confidence))
            {
                reprieved.Add(trial);
            }
        }
    }

    /// <summary>k.</summary>
    public int Keep { get; }

    /// <summary>The last trial that goes on by its mean.</summary>
    public int Threshold { get; }

    public bool IsBest(int trial) => best.Contains(trial);

    public bool IsReprieved(int trial) => reprieved.Contains(trial);

    /// <summary>Why a trial that does not go on is stopped.</summary>
    public string Reason(SearchTerms terms, IReadOnlyList<SearchTrial> trials, int rung) =>
        $"not among the best {Keep} at {terms.Rungs[rung]} prompts"
            + (best.Count > 0 && Keep > 0 ? $"; {trials[Threshold].Label} was the last of them" : "");
}
