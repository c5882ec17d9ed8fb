using ViSurf.Training.Policies;

namespace ViSurf.Training.Trainer;

/// <summary>What the updates of one step add up for its metrics.</summary>
public sealed class UpdateSums
{
    private double entropy;
    private int entropyTokens;
    private double labelLogProb;
    private int labelTokens;
    private double labelWeight;
    private double allWeight;
    private double samplerGap;
    private int samplerTokens;

    /// <summary>The sampler's and the trainer's log-probabilities are compared before the weights move.</summary>
    public bool IsFirstUpdate { get; set; }

    /// <summary>Whether the step has labels alone.</summary>
    public bool HasOnlyLabels { get; init; }

    /// <summary>Sum of the losses of the step's updates.</summary>
    public double Loss { get; private set; }

    /// <summary>Before clipping; of the last update.</summary>
    public double GradientNorm { get; set; }

    /// <summary>Tokens whose gain the clip held back.</summary>
    public double ClippedTokens { get; set; }

    /// <summary>Sum over tokens of the divergence from the reference model.</summary>
    public double Divergence { get; set; }

    /// <summary>Tokens that went through the loss.</summary>
    public int Tokens { get; private set; }

    /// <summary>Mean entropy of the next-token distribution, at rollouts (at labels where there are none).</summary>
    public double Entropy => entropy / Math.Max(1, entropyTokens);

    /// <summary>Mean log-probability of a label's token.</summary>
    public double LabelLogProb => labelLogProb / Math.Max(1, labelTokens);

    /// <summary>The labels' share of the absolute weight, |advantage| times token weight.</summary>
    public double LabelWeightShare => allWeight == 0 ? 0 : labelWeight / allWeight;

    /// <summary>Mean |sampler's - trainer's log-probability| of a rollout's token.</summary>
    public double SamplerGap => samplerGap / Math.Max(1, samplerTokens);

    /// <summary>The largest such difference.</summary>
    public double SamplerGapMax { get; private set; }

    /// <summary>Whether any rollout was compared.</summary>
    public bool HasRollouts => samplerTokens > 0;

    /// <summary>Adds a micro-batch.</summary>
    public void Add(WeighedRow[] rows, double[] weights, Tensor loss, ResponseScores scores)
    {
        Loss += loss.item<float>();
        float[] logp = scores.LogProbs_M.detach().cpu().data<float>().ToArray();
        float[] entropy_M = scores.Entropy_M!.cpu().data<float>().ToArray();
        int at = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int length = rows[i].Member.Tokens.Length;
            double weight = Math.Abs(rows[i].Advantage) * weights[i] * length;
            allWeight += weight;
            Tokens += length;
            if (rows[i].Member.IsLabel)
            {
                labelWeight += weight;
                labelTokens += length;
                labelLogProb += Sum(logp, at, length);
            }
            else if (IsFirstUpdate)
            {
                Compare(rows[i].Member.SamplerLogProbs, logp.AsSpan(at, length));
            }

            if (HasOnlyLabels || !rows[i].Member.IsLabel)
            {
                entropy += Sum(entropy_M, at, length);
                entropyTokens += length;
            }

            at += length;
        }
    }

    private void Compare(float[] sampler, ReadOnlySpan<float> trainer)
    {
        for (int t = 0; t < trainer.Length; t++)
        {
            double gap = Math.Abs(sampler[t] - trainer[t]);
            samplerGap += gap;
            SamplerGapMax = Math.Max(SamplerGapMax, gap);
        }

        samplerTokens += trainer.Length;
    }

    private static double Sum(float[] values, int first, int count)
    {
        double sum = 0;
        for (int i = first; i < first + count; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
