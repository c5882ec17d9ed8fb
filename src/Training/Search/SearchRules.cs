namespace ViSurf.Training.Search;

/// <summary>What a search does next. Pure: the same terms and trials come to the same, whoever asks and however often.</summary>
public static class SearchRules
{
    private const int TriesMost = 10_000; // proposals looked at for one trial: constraints may leave little

    /// <summary>Stops trials, sends others to their next rung and adds new ones, while fewer are open than may be.</summary>
    /// <returns>The trials as they are then; the list itself where nothing is to be done.</returns>
    public static IReadOnlyList<SearchTrial> Next(SearchTerms terms, IReadOnlyList<SearchTrial> trials)
    {
        StoppingRule rule = StoppingRule.Of(terms.Spec.Stopping);
        PointSampler sampler = PointSampler.Of(terms.Spec.Sampler);
        bool isExhausted = false;
        while (true)
        {
            bool isOver = (isExhausted || trials.Count >= terms.Spec.Trials) && !trials.Any(trial => trial.IsOpen);
            if (Judged(terms, rule, trials, isOver) is { } judged)
            {
                trials = judged;
            }
            else if (isExhausted || trials.Count >= terms.Spec.Trials || IsFull(terms, trials))
            {
                return trials;
            }
            else if (Added(terms, rule, sampler, trials) is { } added)
            {
                trials = added;
            }
            else
            {
                isExhausted = true; // who waits is told so
            }
        }
    }

    /// <summary>Whether nothing is open, and nothing will be.</summary>
    public static bool IsOver(SearchTerms terms, IReadOnlyList<SearchTrial> trials) =>
        !trials.Any(trial => trial.IsOpen) && ReferenceEquals(Next(terms, trials), trials);

    private static bool IsFull(SearchTerms terms, IReadOnlyList<SearchTrial> trials) =>
        trials.Count(trial => trial.IsOpen) >= terms.Spec.AtOnce;

    // One trial that goes on, the farthest first: it changes what is true for the others. Where none does, all that are stopped. Null
    // where there are none.
    private static SearchTrial[]? Judged(SearchTerms terms, StoppingRule rule, IReadOnlyList<SearchTrial> trials, bool isOver)
    {
        bool isFull = IsFull(terms, trials);
        Dictionary<int, string> stopped = [];
        foreach (int trial in Enumerable.Range(0, trials.Count).Where(i => trials[i].IsPaused(terms.LastRung))
            .OrderByDescending(i => trials[i].Last.Rung).ThenByDescending(i => terms.Worth(trials[i].Last)).ThenBy(i => i))
        {
            Verdict verdict = rule.Of(terms, trials, trial, isOver);
            if (verdict.IsOn && !isFull)
            {
                return With(trials, trial, Sent(trials[trial], terms, verdict));
            }

            if (verdict.Stopped is { } reason)
            {
                stopped.Add(trial, reason);
            }
        }

        return stopped.Count == 0 ? null
            : [.. trials.Select((trial, i) => stopped.TryGetValue(i, out string? reason) ? trial with { Stopped = reason } : trial)];
    }

    private static SearchTrial Sent(SearchTrial trial, SearchTerms terms, Verdict verdict) => (trial with
    {
        Rungs = [.. trial.Rungs.SkipLast(1), trial.Last with { IsReprieved = verdict.IsReprieved }],
    }).Sent(trial.Last.Rung + 1, terms.Seeds.Count);

    // Null where the space has no more.
    private static SearchTrial[]? Added(
        SearchTerms terms, StoppingRule rule, PointSampler sampler, IReadOnlyList<SearchTrial> trials)
    {
        HashSet<string> known = [.. trials.Select(trial => trial.Label)];
        long first = trials.Count == 0 ? 0 : trials[^1].Number + 1;
        for (long number = first; number < first + TriesMost; number++)
        {
            if (sampler.Propose(terms, number, trials) is not { } units)
            {
                return null;
            }

            if (terms.Space.At(units) is { } point && !known.Contains(point.Label))
            {
                (int bracket, int rung) = rule.Next(terms, trials);
                return
                [
                    .. trials,
                    new()
                    {
                        Number = number,
                        Label = point.Label,
                        Coordinates = point.Coordinates,
                        Bracket = bracket,
                        Rungs = [TrialRung.Open(rung, terms.Seeds.Count)],
                    },
                ];
            }
        }

        return null;
    }

    private static SearchTrial[] With(IReadOnlyList<SearchTrial> trials, int place, SearchTrial trial) =>
        [.. trials.Select((same, i) => i == place ? trial : same)];
}
