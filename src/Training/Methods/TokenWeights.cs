using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>A response's place in the loss.</summary>
/// <param name="Tokens">Its length.</param>
/// <param name="GroupSize">Members of its group.</param>
/// <param name="IsCounted">False leaves it out, as if it had no tokens.</param>
public readonly record struct WeightedRow(int Tokens, int GroupSize, bool IsCounted);

/// <summary>The weight of a token in the loss. The loss is minus the sum of weight times objective over all tokens.</summary>
/// <remarks>
/// Weights are computed over the whole batch of an update, so that summing micro-batches is the large batch, exactly.
/// With B groups, n members in the row's group, |o| tokens in the row and L the length limit:
/// token mean 1 / (all tokens), sequence mean 1 / (B n |o|), sequence sum 1 / (B n), fixed length 1 / (B n L).
/// </remarks>
public static class TokenWeights
{
    /// <summary>The weight of each row's tokens.</summary>
    public static double[] Of(IReadOnlyList<WeightedRow> rows, int groups, Reduction reduction, int maxTokens)
    {
        double tokens = Math.Max(1, rows.Where(row => row.IsCounted).Sum(row => (double)row.Tokens));
        return [.. rows.Select(row => !row.IsCounted ? 0 : reduction switch
        {
            Reduction.TokenMean => 1 / tokens,
            Reduction.SequenceMean => 1.0 / groups / row.GroupSize / Math.Max(1, row.Tokens),
            Reduction.SequenceSum => 1.0 / groups / row.GroupSize,
            _ => 1.0 / groups / row.GroupSize / maxTokens,
        })];
    }
}
