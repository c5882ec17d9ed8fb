using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Search;

/// <summary>The tree-structured Parzen estimator: along each axis, where good trials lie densely and others do not.</summary>
/// <remarks>
/// Bergstra, J. et al. (2011), Algorithms for hyper-parameter optimization. The best ceil(n / 10), at most 25, are good (Optuna's numbers);
/// of 24 places drawn from their density l, the one with the largest l / g is proposed, g being the density of the others. An axis that
/// only some points have learns from those. The first ten trials are drawn at random. Where trials are scored at several rungs it learns
/// from the highest with ten scores, as Falkner, S. et al. (2018), BOHB, sec. 4, do. Trials that failed count as worst. Where
/// 64 proposals in a row are left out or there already, the next ones are drawn at random.
/// </remarks>
public sealed class TpeSampler : PointSampler
{
    /// <summary>Trials that are wanted before anything is estimated.</summary>
    public const int StartTrials = 10;

    private const int TriesMost = 64; // for one trial: what is good may be known to the last point of it
    private const int Candidates = 24;
    private const int GoodMost = 25;
    private const double GoodShare = 0.1;
    private static readonly RandomSampler Random = new();

    public override double[]? Propose(SearchTerms terms, long number, IReadOnlyList<SearchTrial> trials)
    {
        int rung = terms.LastRung;
        while (rung >= 0 && trials.Count(trial => trial.ScoredAt(rung) is not null) < StartTrials)
        {
            rung--;
        }

        if (rung < 0 || number - trials[^1].Number > TriesMost)
        {
            return Random.Propose(terms, number, trials);
        }

        IReadOnlyList<double?>[] ordered = [.. trials
            .Where(trial => trial.ScoredAt(rung) is not null || trial.IsFailed)
            .OrderByDescending(trial => trial.ScoredAt(rung) is { } scored ? terms.Worth(scored) : double.NegativeInfinity)
            .Select(trial => terms.Space.UnitsOf(trial.Point))];
        int good = Math.Min((int)Math.Ceiling(GoodShare * ordered.Length), GoodMost);
        return Drawn(terms, number, ordered[..good], ordered[good..]);
    }

    private static double[] Drawn(
        SearchTerms terms, long number, IReadOnlyList<double?>[] good, IReadOnlyList<double?>[] others)
    {
        Dictionary<string, JsonNode?> coordinates = new(terms.Space.Fixed);
        double[] units = new double[terms.Space.Axes.Count];
        foreach ((int i, SearchAxis axis) in terms.Space.Axes.Index())
        {
            Draws draws = new(terms.Spec.Seed, "search/tpe", number, i);
            if (axis.IsIn(coordinates))
            {
                units[i] = Best(new(axis, Along(good, i)), new(axis, Along(others, i)), ref draws);
                coordinates[axis.Name] = axis.At(units[i]);
            }
        }

        return units;
    }

    private static double Best(ParzenAxis good, ParzenAxis others, ref Draws draws)
    {
        (double best, double most) = (0, double.NegativeInfinity);
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            double unit = good.Draw(ref draws);
            double gain = Math.Log(good.At(unit)) - Math.Log(others.At(unit));
            if (gain > most)
            {
                (best, most) = (unit, gain);
            }
        }

        return best;
    }

    private static double[] Along(IReadOnlyList<double?>[] points, int axis) =>
        [.. points.Select(point => point[axis]).OfType<double>()];
}
