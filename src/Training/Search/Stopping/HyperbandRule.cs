namespace ViSurf.Training.Search;

/// <summary>Successive halving in brackets: the first begin many trials at the first rung, the last few at the end of training.</summary>
/// <remarks>
/// Li, L. et al. (2018), Hyperband, algorithm 1. With S + 1 rungs, bracket s begins ceil((S + 1) / (s + 1) eta^s) trials at rung S - s;
/// when all of them have ended there, floor(n eta^-i) of its n trials go on to its rung i, with near ones after <see cref="RungCut"/>.
/// Brackets follow each other from s = S to 0, and again from S. The last bracket may be short of trials.
/// </remarks>
public sealed class HyperbandRule : StoppingRule
{
    public override Verdict Of(SearchTerms terms, IReadOnlyList<SearchTrial> trials, int trial, bool isOver)
    {
        (int bracket, int rung) = (trials[trial].Bracket, trials[trial].Last.Rung);
        int[] all = [.. Enumerable.Range(0, trials.Count).Where(i => trials[i].Bracket == bracket)];
        int[] at = [.. all.Where(i => trials[i].Rungs.Any(one => one.Rung == rung))];
        bool isWhole = isOver || trials.Count >= terms.Spec.Trials || all.Length >= Size(terms, bracket);
        if (!isWhole || !at.All(i => trials[i].Rungs.First(one => one.Rung == rung).IsSettled) || IsArriving(trials, all, rung))
        {
            return Verdict.Waits;
        }

        int halvings = rung - First(terms, bracket) + 1;
        int keep = Math.Max(1, (int)(all.Length / Math.Pow(terms.Spec.Rungs!.Eta, halvings)));
        RungCut cut = Cut(trials, (bracket, rung), () => new(terms, trials, at, rung, keep));
        return cut.IsBest(trial) ? Verdict.Goes
            : cut.IsReprieved(trial) ? new(true, IsReprieved: true)
            : new(false, cut.Reason(terms, trials, rung));
    }

    public override (int Bracket, int Rung) Next(SearchTerms terms, IReadOnlyList<SearchTrial> trials)
    {
        int bracket = trials.Count == 0 ? 0 : trials[^1].Bracket;
        if (trials.Count(trial => trial.Bracket == bracket) >= Size(terms, bracket))
        {
            bracket++;
        }

        return (bracket, First(terms, bracket));
    }

    /// <summary>How many trials a bracket begins with.</summary>
    internal static int Size(SearchTerms terms, int bracket)
    {
        int s = terms.LastRung - First(terms, bracket);
        return (int)Math.Ceiling((terms.LastRung + 1) / (s + 1.0) * Math.Pow(terms.Spec.Rungs!.Eta, s));
    }

    private static int First(SearchTerms terms, int bracket) => bracket % terms.Rungs.Count;

    // Some at an earlier rung will come here, or are about to be told whether they will.
    private static bool IsArriving(IReadOnlyList<SearchTrial> trials, int[] all, int rung) =>
        all.Any(i => trials[i] is { Stopped: null, IsFailed: false } one && one.Last.Rung < rung);
}
