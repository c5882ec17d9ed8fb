namespace ViSurf.Training.Search;

/// <summary>Asynchronous successive halving: a trial goes on from a rung as soon as it is among the best 1/eta of those that were there.
/// </summary>
/// <remarks>
/// Li, L. et al. (2020), A system for massively parallel hyperparameter tuning, algorithm 2, with promotion; k = floor(n / eta) of the n
/// trials that are scored there or failed there. Near ones are reprieved after <see cref="RungCut"/>, while fewer than k + ceil(k / 2)
/// have gone on. Those that still wait when nothing more can come are stopped.
/// </remarks>
public sealed class AshaRule : StoppingRule
{
    public override Verdict Of(SearchTerms terms, IReadOnlyList<SearchTrial> trials, int trial, bool isOver)
    {
        int rung = trials[trial].Last.Rung;
        RungCut cut = Cut(trials, (0, rung), () =>
        {
            int[] at = [.. Enumerable.Range(0, trials.Count).Where(i => trials[i].Rungs.Any(one => one.Rung == rung && one.IsSettled))];
            return new(terms, trials, at, rung, at.Length / terms.Spec.Rungs!.Eta);
        });
        if (cut.IsBest(trial))
        {
            return Verdict.Goes;
        }

        int gone = trials.Count(one => one.Last.Rung > rung);
        return cut.IsReprieved(trial) && gone < cut.Keep + ((cut.Keep + 1) / 2) ? new(true, IsReprieved: true)
            : isOver ? new(false, cut.Reason(terms, trials, rung))
            : Verdict.Waits;
    }
}
