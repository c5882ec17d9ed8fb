using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Bench.Search;

/// <summary>A search whose trainings are looked up: each proposal becomes the nearest recorded setting that was not tried yet.</summary>
/// <remarks>One trial at a time. What a search has found is the end score of the trial that it would name its best: the one with the
/// highest mean at the highest rung where it has scored any.</remarks>
internal sealed class SearchReplay
{
    private readonly RecordedCurves curves;
    private readonly SearchTerms terms;
    private readonly (SearchPoint Point, IReadOnlyList<double?> Units)[] recorded;

    /// <param name="points">The settings that were recorded.</param>
    public SearchReplay(RecordedCurves curves, IReadOnlyList<SearchPoint> points, SearchTerms terms)
    {
        (this.curves, this.terms) = (curves, terms);
        recorded = [.. points.Select(point => (point, terms.Space.UnitsOf(point)))];
    }

    /// <summary>What was found by each budget.</summary>
    /// <param name="budgets">In trainings to the end with all seeds, in order.</param>
    public double[] Run(IReadOnlyList<double> budgets)
    {
        double[] found = new double[budgets.Count];
        HashSet<string> tried = [];
        double spent = 0;
        double best = 0;
        IReadOnlyList<SearchTrial> trials = [];
        while (true)
        {
            IReadOnlyList<SearchTrial> next = SearchRules.Next(terms, trials);
            int open = next.ToList().FindIndex(trial => trial.IsOpen);
            if (spent > budgets[^1] || open < 0 || (open == trials.Count && tried.Count == recorded.Length))
            {
                Fill(found, budgets, spent, double.PositiveInfinity, best);
                return found;
            }

            SearchTrial trial = open < trials.Count ? next[open] : Snapped(next[open], tried);
            double cost = Cost(trial);
            Fill(found, budgets, spent, spent + cost, best);
            spent += cost;
            trials = [.. next.Select((same, i) => i == open ? Scored(trial) : same)];
            best = curves.End(Best(trials).Label);
        }
    }

    // Budgets that end before the next score comes have what was found before.
    private static void Fill(double[] found, IReadOnlyList<double> budgets, double from, double to, double best)
    {
        for (int i = 0; i < budgets.Count; i++)
        {
            if (budgets[i] >= from - 1e-9 && budgets[i] < to - 1e-9)
            {
                found[i] = best;
            }
        }
    }

    private SearchTrial Snapped(SearchTrial trial, HashSet<string> tried)
    {
        IReadOnlyList<double?> at = terms.Space.UnitsOf(trial.Point);
        SearchPoint nearest = recorded.Where(one => !tried.Contains(one.Point.Label))
            .MinBy(one => Distance(at, one.Units)).Point;
        tried.Add(nearest.Label);
        return trial with { Label = nearest.Label, Coordinates = nearest.Coordinates };
    }

    // Values without an order are alike or 1 apart.
    private double Distance(IReadOnlyList<double?> a, IReadOnlyList<double?> b) => terms.Space.Axes.Select((axis, i) =>
        axis.Kind == SearchAxisKind.Named ? (a[i] == b[i] ? 0 : 1) : Math.Pow((a[i] ?? 0) - (b[i] ?? 0), 2)).Sum();

    private double Cost(SearchTrial trial) => terms.LastRung == 0 ? 1
        : (double)(terms.Rungs[trial.Last.Rung] - (trial.Rungs.Count > 1 ? terms.Rungs[trial.Rungs[^2].Rung] : 0)) / terms.Rungs[^1];

    private SearchTrial Scored(SearchTrial trial)
    {
        int step = terms.LastRung == 0 ? curves.Steps[^1] : curves.StepAt(terms.Rungs[trial.Last.Rung], terms.Rungs[^1]);
        return trial with
        {
            Rungs =
            [
                .. trial.Rungs.SkipLast(1),
                trial.Last with { Seeds = [.. terms.Seeds.Select(seed => new SeedOutcome(curves.At(trial.Label, seed, step)))] },
            ],
        };
    }

    private SearchTrial Best(IReadOnlyList<SearchTrial> trials)
    {
        int rung = trials.SelectMany(trial => trial.Rungs).Where(one => one.IsScored).Max(one => one.Rung);
        return trials.Where(trial => trial.ScoredAt(rung) is not null).MaxBy(trial => terms.Worth(trial.ScoredAt(rung)!))!;
    }
}
