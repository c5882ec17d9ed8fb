using ViSurf.Training.Randomness;

namespace ViSurf.Training.Search;

/// <summary>Any point as likely as another.</summary>
/// <remarks>Bergstra, J. and Bengio, Y. (2012), Random search for hyper-parameter optimization.</remarks>
public sealed class RandomSampler : PointSampler
{
    public override double[]? Propose(SearchTerms terms, long number, IReadOnlyList<SearchTrial> trials)
    {
        Draws draws = new(terms.Spec.Seed, "search/random", number);
        double[] units = new double[terms.Space.Axes.Count];
        for (int axis = 0; axis < units.Length; axis++)
        {
            units[axis] = draws.Unit();
        }

        return units;
    }
}
