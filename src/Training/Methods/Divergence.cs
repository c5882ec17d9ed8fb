using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>Estimates of KL(policy, reference) at tokens drawn from the policy.</summary>
public static class Divergence
{
    /// <summary>With d = logp - referenceLogp: k1 = d, k2 = d^2 / 2, k3 = exp(-d) - 1 + d. [M] x 2 -> [M].</summary>
    /// <remarks>Source: J. Schulman, "Approximating KL divergence" (2020).</remarks>
    public static Tensor Estimate(Tensor logp_M, Tensor referenceLogp_M, KlEstimator estimator)
    {
        Tensor difference = logp_M - referenceLogp_M;
        return estimator switch
        {
            KlEstimator.K1 => difference,
            KlEstimator.K2 => difference.Squared().Over(2),
            _ => (-difference).exp().Plus(-1).Plus(difference),
        };
    }
}
