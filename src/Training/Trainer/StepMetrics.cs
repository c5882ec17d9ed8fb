using System.Buffers.Binary;
using System.IO.Hashing;
using ViSurf.Training.Answers;
using ViSurf.Training.Methods;

namespace ViSurf.Training.Trainer;

/// <summary>The metrics of a step's groups.</summary>
internal static class StepMetrics
{
    /// <summary>Metrics of rollouts, rewards, groups and labels.</summary>
    public static SortedDictionary<string, double> Of(IReadOnlyList<Group> groups, IReadOnlyList<string> terms, UpdateSums sums)
    {
        SortedDictionary<string, double> metrics = new(StringComparer.Ordinal)
        {
            ["train/loss"] = sums.Loss,
            ["train/gradientNorm"] = sums.GradientNorm,
            ["train/clippedShare"] = sums.ClippedTokens / Math.Max(1, sums.Tokens),
            ["train/divergence"] = sums.Divergence / Math.Max(1, sums.Tokens),
            ["train/entropy"] = sums.Entropy,
        };
        AddRollouts(metrics, [.. groups.SelectMany(group => group.Rollouts)], terms);
        AddGroups(metrics, groups, sums);
        return metrics;
    }

    /// <summary>A hash of every rollout.</summary>
    public static string Digest(IReadOnlyList<Group> groups)
    {
        XxHash64 hash = new();
        Span<byte> four = stackalloc byte[4];
        foreach (Member member in groups.SelectMany(group => group.Rollouts))
        {
            foreach (int token in member.Tokens)
            {
                BinaryPrimitives.WriteInt32LittleEndian(four, token);
                hash.Append(four);
            }

            foreach (float logp in member.SamplerLogProbs)
            {
                BinaryPrimitives.WriteSingleLittleEndian(four, logp);
                hash.Append(four);
            }
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static void AddRollouts(SortedDictionary<string, double> metrics, Member[] rollouts, IReadOnlyList<string> terms)
    {
        if (rollouts.Length == 0)
        {
            return;
        }

        ParsedResponse[] parsed = [.. rollouts.Select(rollout => new ParsedResponse(rollout.Text))];
        metrics["rollout/length"] = rollouts.Average(rollout => rollout.Tokens.Length);
        metrics["rollout/truncated"] = rollouts.Average(rollout => rollout.IsTruncated ? 1.0 : 0);
        metrics["rollout/thinkRate"] = parsed.Average(response => response.HasThought ? 1.0 : 0);
        metrics["rollout/parseFailureRate"] = parsed.Average(response => response.Objects is null ? 1.0 : 0);
        metrics["rollout/emptyRate"] = parsed.Average(response => response.Objects is [] ? 1.0 : 0);
        double mean = rollouts.Average(rollout => rollout.Reward);
        metrics["reward/mean"] = mean;
        metrics["reward/max"] = rollouts.Max(rollout => rollout.Reward);
        metrics["reward/std"] = Math.Sqrt(rollouts.Average(rollout => (rollout.Reward - mean) * (rollout.Reward - mean)));
        for (int term = 0; term < terms.Count; term++)
        {
            metrics[$"reward/{terms[term]}"] = rollouts.Average(rollout => rollout.Terms[term]);
        }
    }

    private static void AddGroups(SortedDictionary<string, double> metrics, IReadOnlyList<Group> groups, UpdateSums sums)
    {
        if (sums.HasRollouts)
        {
            metrics["sampler/gapMean"] = sums.SamplerGap;
            metrics["sampler/gapMax"] = sums.SamplerGapMax;
        }

        metrics["group/zeroVariance"] = groups.Average(group =>
            group.Members.Count > 1
                && group.Members.Max(member => member.Reward) - group.Members.Min(member => member.Reward) < 1e-9 ? 1.0 : 0);
        Group[] labelled = [.. groups.Where(group => group.Members.Any(member => member.IsLabel))];
        if (labelled.Length == 0)
        {
            return;
        }

        metrics["label/weightShare"] = sums.LabelWeightShare;
        metrics["label/logProb"] = sums.LabelLogProb;
        metrics["label/reward"] = labelled.Average(group => group.Label.Reward);
        metrics["label/rewardAfterSmoothing"] = labelled.Average(group => group.Members.Single(member => member.IsLabel).Reward);
        metrics["label/smoothed"] = labelled.Average(group => group.Members.Any(member => member.IsMatched) ? 1.0 : 0);
    }
}
