using ViSurf.Sdk;

namespace ViSurf.Training.Methods;

/// <summary>The objective of policy optimisation with more than one update on the same rollouts.</summary>
public static class Surrogate
{
    /// <summary>min(rho A, clip(rho, 1 - low, 1 + high) A), rho = exp(logp - oldLogp). [M] x 3 -> [M].</summary>
    /// <remarks>Source: arXiv:1707.06347, eq. 7, token by token. With one update per batch rho is 1 and the clip never acts.</remarks>
    public static Tensor Clipped(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec)
    {
        Tensor ratio = (logp_M - oldLogp_M).exp();
        return minimum(ratio * advantage_M, ratio.Within(1 - spec.ClipLow, 1 + spec.ClipHigh) * advantage_M);
    }

    /// <summary>The number of tokens on which the clip holds the gain back.</summary>
    public static long ClippedTokens(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec)
    {
        Tensor ratio = (logp_M - oldLogp_M).exp();
        Tensor held = ratio.Above(1 + spec.ClipHigh).logical_and(advantage_M.Above(0))
            .logical_or(ratio.Below(1 - spec.ClipLow).logical_and(advantage_M.Below(0)));
        return held.sum().item<long>();
    }
}
