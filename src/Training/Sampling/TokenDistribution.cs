using ViSurf.Training.Model;

namespace ViSurf.Training.Sampling;

/// <summary>Log-probabilities of the next token at a temperature, without the banned tokens: the sampler's and the trainer's
/// alike.</summary>
/// <remarks>Letters: N rows, V words.</remarks>
public sealed class TokenDistribution : IDisposable
{
    private readonly double temperature;
    private Tensor? ban_V;

    /// <param name="temperature">Above 0.</param>
    public TokenDistribution(double temperature, IReadOnlyList<int> banned, int words)
    {
        this.temperature = temperature;
        if (banned.Count > 0)
        {
            float[] ban = new float[words];
            foreach (int token in banned)
            {
                ban[token] = VisionLanguageModel.Hidden;
            }

            ban_V = tensor(ban).DetachFromDisposeScope();
        }
    }

    /// <summary>log softmax(logits / temperature) over the tokens that are not banned. [N, V] -> [N, V].</summary>
    public Tensor LogProbs(Tensor logits_NV)
    {
        if (ban_V is not null && ban_V.device != logits_NV.device)
        {
            Tensor there = ban_V.to(logits_NV.device).DetachFromDisposeScope();
            ban_V.Dispose();
            ban_V = there;
        }

        Tensor scaled = temperature == 1 ? logits_NV : logits_NV.Over(temperature);
        return nn.functional.log_softmax(ban_V is null ? scaled : scaled.Plus(ban_V), dim: -1);
    }

    public void Dispose() => ban_V?.Dispose();
}
