namespace ViSurf.Training.Statistics;

/// <summary>How well a score tells two kinds of items apart: the area under its receiver operating characteristic.</summary>
/// <remarks>
/// P(X > Y) + P(X = Y) / 2 for a positive X and a negative Y drawn at random: over m positives and n negatives, the Mann-Whitney U
/// divided by m n. 1 where every positive is above every negative, 0.5 where the score says nothing. Mann, H. and Whitney, D. (1947), On a
/// test of whether one of two random variables is stochastically larger than the other; Hanley, J. and McNeil, B. (1982), The meaning
/// and use of the area under a receiver operating characteristic (ROC) curve.
/// </remarks>
public static class Auroc
{
    /// <summary>The area; not a number where either kind has no items, or a score is not a number.</summary>
    public static double Of(IReadOnlyList<double> positives, IReadOnlyList<double> negatives)
    {
        if (positives.Count == 0 || negatives.Count == 0 || positives.Any(double.IsNaN) || negatives.Any(double.IsNaN))
        {
            return double.NaN;
        }

        double[] ordered = [.. negatives.Order()];
        (int below, int notAbove, long halves) = (0, 0, 0);
        foreach (double positive in positives.Order())
        {
            while (below < ordered.Length && ordered[below] < positive)
            {
                below++;
            }

            notAbove = Math.Max(notAbove, below);
            while (notAbove < ordered.Length && ordered[notAbove] == positive)
            {
                notAbove++;
            }

            halves += below + notAbove;
        }

        return halves / (2.0 * positives.Count * negatives.Count);
    }
}
