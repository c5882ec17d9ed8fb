using MathNet.Numerics.Distributions;

namespace ViSurf.Training.Statistics;

/// <summary>McNemar's exact test of paired right and wrong answers: were as many lost as were won?</summary>
/// <param name="OnlyFirst">Items that the first answers rightly and the second does not.</param>
/// <param name="OnlySecond">Items that the second answers rightly and the first does not.</param>
/// <param name="P">Two-sided; 1 where the two never differ.</param>
/// <remarks>
/// McNemar, Q. (1947), Note on the sampling error of the difference between correlated proportions; exact as in Fay, M. (2010), Two-sided
/// exact tests and matching confidence intervals for discrete data. It takes every pair for independent of every other. Of one seed it
/// says whether these two models differ on such items, and nothing of models that another seed would give. Over several seeds an item
/// counts once a seed; its pairs are alike, so the test finds too much.
/// </remarks>
public sealed record McNemar(int OnlyFirst, int OnlySecond, double P)
{
    /// <summary>p = min(1, 2 P(X at most min(b, c))), X binomial with b + c trials and chance 1/2.</summary>
    /// <param name="first">1 where right, else 0.</param>
    /// <param name="second">Of the same items, in the same order.</param>
    public static McNemar Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        int onlyFirst = first.Zip(second).Count(pair => pair.First > pair.Second);
        int onlySecond = first.Zip(second).Count(pair => pair.First < pair.Second);
        int differ = onlyFirst + onlySecond;
        return new(onlyFirst, onlySecond, differ == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, differ, Math.Min(onlyFirst, onlySecond))));
    }
}
