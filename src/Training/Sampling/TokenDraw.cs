namespace ViSurf.Training.Sampling;

/// <summary>Draws one token a row from its distribution, at one uniform number each.</summary>
/// <remarks>Letters: N rows, V words, K likeliest words.</remarks>
internal static class TokenDraw
{
    /// <summary>[N, V] log-probabilities -> [N, 1] tokens.</summary>
    /// <param name="uniform_N">In [0, 1); not read where the temperature is 0.</param>
    public static Tensor Draw(Tensor logp_NV, Tensor? uniform_N, SamplingSettings settings)
    {
        if (uniform_N is null)
        {
            return logp_NV.argmax(-1, keepdim: true);
        }

        Tensor cumulated = Truncate(logp_NV.exp(), settings).cumsum(-1);
        Tensor total = cumulated.narrow(1, cumulated.shape[1] - 1, 1);

        // How many words lie wholly at or below the number: the word after them holds it, and has a probability.
        return searchsorted(cumulated, uniform_N.unsqueeze(1) * total, right: true);
    }

    /// <summary>Sets to 0 what min-p, top-k and top-p leave out, in that order. [N, V] probabilities, which may sum to less.</summary>
    public static Tensor Truncate(Tensor p_NV, SamplingSettings settings)
    {
        Tensor p = p_NV;
        if (settings.MinP > 0)
        {
            p = Unless(p.lt(p.amax([1L], keepdim: true).Times(settings.MinP)), p);
        }

        if (settings.TopK > 0 && settings.TopK < p.shape[1])
        {
            Tensor largest_NK = p.topk(settings.TopK, dim: 1).values;
            p = Unless(p.lt(largest_NK.narrow(1, settings.TopK - 1, 1)), p);
        }

        return settings.TopP < 1 ? Nucleus(p, settings) : p;
    }

    private static Tensor Nucleus(Tensor p_NV, SamplingSettings settings)
    {
        (Tensor sorted, Tensor order) = p_NV.sort(dim: -1, descending: true);
        Tensor cumulated = sorted.cumsum(-1);
        Tensor before = cumulated - sorted;
        bool isWhole = settings.MinP == 0 && settings.TopK == 0;
        Tensor share = isWhole ? before : before / cumulated.narrow(1, cumulated.shape[1] - 1, 1);
        Tensor outside = share.Below(settings.TopP).logical_not();
        return Unless(zeros_like(outside).scatter_(1, order, outside), p_NV);
    }

    private static Tensor Unless(Tensor outside_NV, Tensor p_NV) => zeros_like(p_NV).where(outside_NV, p_NV);
}
