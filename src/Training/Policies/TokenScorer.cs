using ViSurf.Training.Model;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Policies;

/// <summary>Scores of responses, token after token, row by row.</summary>
/// <param name="LogProbs_M">The log-probability of each token.</param>
/// <param name="Entropy_M">The entropy of the distribution that each was drawn from, without gradient; null where not asked for.</param>
public sealed record ResponseScores(Tensor LogProbs_M, Tensor? Entropy_M)
{
    internal Recomputation? Recomputation { get; init; }

    /// <summary>Adds the gradient of a loss, made from the log-probabilities, to every trained weight.</summary>
    public void Backward(Tensor loss)
    {
        loss.backward();
        Recomputation?.Backward();
    }
}

/// <summary>From states to log-probabilities of tokens.</summary>
/// <remarks>Letters: M tokens, C tokens of a chunk, D width, V words.</remarks>
internal sealed class TokenScorer(VisionLanguageModel model, TokenDistribution distribution, bool withEntropy)
{
    /// <summary>All tokens at once: the logits, and what backward needs of them, are [M, V] each.</summary>
    public ResponseScores Whole(Tensor states_MD, Tensor drawn_M1, Recomputation? chain)
    {
        using var scope = NewDisposeScope();
        Tensor all_MV = distribution.LogProbs(model.Logits(states_MD));
        Tensor logp_M = all_MV.gather(1, drawn_M1).squeeze(1).MoveToOuterDisposeScope();
        return new(logp_M, withEntropy ? Entropy(all_MV).MoveToOuterDisposeScope() : null) { Recomputation = chain };
    }

    /// <summary>A chunk of tokens at a time, computed again in backward: never more than [C, V] at once.</summary>
    public ResponseScores Chunked(Tensor states_MD, Tensor drawn_M1, int chunk, Recomputation chain)
    {
        List<Tensor> logp = [];
        List<Tensor> entropy = [];
        for (long first = 0; first < drawn_M1.shape[0]; first += chunk)
        {
            (long start, long count) = (first, Math.Min(chunk, drawn_M1.shape[0] - first));
            Tensor? entropy_C = null;
            logp.Add(chain.Run(states =>
            {
                Tensor all_CV = distribution.LogProbs(model.Logits(states[0].narrow(0, start, count)));
                entropy_C ??= withEntropy ? Entropy(all_CV).MoveToOuterDisposeScope() : null;
                return [all_CV.gather(1, drawn_M1.narrow(0, start, count)).squeeze(1)];
            }, states_MD)[0]);
            if (entropy_C is not null)
            {
                entropy.Add(entropy_C);
            }
        }

        return new(cat(logp), withEntropy ? cat(entropy) : null) { Recomputation = chain };
    }

    private static Tensor Entropy(Tensor all_MV)
    {
        using var noGrad = no_grad();
        return -(all_MV.exp() * all_MV).sum(-1);
    }
}
