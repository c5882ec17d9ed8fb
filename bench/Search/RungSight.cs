using MathNet.Numerics.Statistics;

namespace ViSurf.Bench.Search;

/// <summary>What scores at a rung say of those at the end.</summary>
/// <param name="Prompts">Where the rung is.</param>
/// <param name="Zeros">The share of curves that are 0 there.</param>
/// <param name="RankCorrelation">Spearman's, of the settings' means over seeds; ties share the mean of their ranks.</param>
internal sealed record RungSight(int Prompts, double Zeros, double RankCorrelation)
{
    /// <param name="all">Prompts of a training to its end.</param>
    public static RungSight Of(RecordedCurves curves, int prompts, int all)
    {
        int step = curves.StepAt(prompts, all);
        double[] scores = [.. curves.Rows.SelectMany(row => curves.Seeds.Select(seed => curves.At(row, seed, step)))];
        return new(prompts, scores.Count(score => score == 0) / (double)scores.Length,
            Correlation.Spearman(curves.Rows.Select(row => curves.Mean(row, step)), curves.Rows.Select(curves.End)));
    }
}
