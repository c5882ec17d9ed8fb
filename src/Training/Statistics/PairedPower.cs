using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using MathNet.Numerics.RootFinding;

namespace ViSurf.Training.Statistics;

/// <summary>What a paired t test over seeds can see at the level of 5 %, two-sided.</summary>
public static class PairedPower
{
    private const double Level = 0.05;
    private const double Wanted = 0.8;
    private const int Order = 128;

    /// <summary>The chance to find a difference: P(|T| > t(0.975)), T noncentral t with n - 1 degrees of freedom and d sqrt(n).</summary>
    /// <param name="effectSize">Cohen's d: difference / s.</param>
    /// <param name="seeds">2 and above.</param>
    public static double Of(double effectSize, int seeds)
    {
        int freedom = seeds - 1;
        double bound = StudentT.InvCDF(0, 1, freedom, 1 - (Level / 2));
        double shift = effectSize * Math.Sqrt(seeds);
        // Given u = s / sigma, T > bound where a normal variate exceeds bound u - shift; u is chi over sqrt(freedom).
        double Beyond(double u) => 2 * u * freedom * ChiSquared.PDF(freedom, u * u * freedom)
            * (Normal.CDF(0, 1, shift - (bound * u)) + Normal.CDF(0, 1, -shift - (bound * u)));
        double far = Math.Sqrt(ChiSquared.InvCDF(freedom, 1 - 1e-12) / freedom);
        return GaussLegendreRule.Integrate(Beyond, 0, far, Order);
    }

    /// <summary>The least difference that is found four times in five.</summary>
    /// <param name="deviation">Of the differences, over seeds.</param>
    /// <param name="seeds">2 and above.</param>
    public static double Detectable(double deviation, int seeds) =>
        deviation * Brent.FindRoot(effect => Of(effect, seeds) - Wanted, 0, 100, 1e-6);
}
