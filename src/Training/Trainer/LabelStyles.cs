using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Data;
using ViSurf.Training.Methods;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Trainer;

/// <summary>Reward control (i): which way of writing a label is the model's own.</summary>
public static class LabelStyles
{
    private const int Examples = 64;

    /// <summary>
    /// The style in which the model, before training, finds labels likeliest (mean log-probability of a token over the first
    /// 64 labels that have any object); not aligned, the style it finds least likely.
    /// </summary>
    /// <remarks>Source: arXiv:2510.10606, sec. 3.4, first strategy; the paper does not say how the preference is found.</remarks>
    public static AnswerStyle Choose(Policy policy, StageSettings stage, ExampleSource examples)
    {
        Prompt[] prompts = [.. Enumerable.Range(0, examples.Count)
            .Select(i => policy.Prepare(examples.At(i), stage.Benchmark, stage.Prompt, stage.Frame))
            .Where(prompt => prompt.Truth.Objects.Count > 0)
            .Take(Examples)];
        if (prompts.Length == 0)
        {
            return AnswerStyle.Spaced; // plain texts are written one way only
        }

        GroupMaker groups = new(policy, null, stage);
        IOrderedEnumerable<AnswerStyle> likeliestFirst = Enum.GetValues<AnswerStyle>()
            .OrderByDescending(style => LogProb(policy, stage.Train, Labels(policy, prompts, style, groups)));
        return stage.Spec.Align ? likeliestFirst.First() : likeliestFirst.Last();
    }

    private static Group[] Labels(Policy policy, Prompt[] prompts, AnswerStyle style, GroupMaker groups) => [.. prompts.Select(prompt =>
    {
        string text = groups.LabelText(prompt, style);
        Member label = new() { Tokens = policy.EncodeResponse(text), Text = text, Terms = [], Reward = 0, IsLabel = true };
        return new Group(prompt, label, [label]);
    })];

    private static double LogProb(Policy policy, TrainSpec train, Group[] labels)
    {
        using var noGrad = no_grad();
        using TokenDistribution distribution = new(1, policy.Banned, policy.Model.Config.VocabSize);
        WeighedRow[] rows = [.. labels.Select((group, i) => new WeighedRow(i, group.Members[0], 1, 0))];
        double all = rows.Sum(row => row.Member.Tokens.Length);
        double mean = 0;
        foreach (MicroBatch part in MicroBatches.ByTokens(labels, rows, train.MicroTokens == 0 ? int.MaxValue : train.MicroTokens))
        {
            using var scope = NewDisposeScope();
            using PromptBatch batch = policy.Batch(part.Prompts);
            ScoredRow[] scored = [.. part.Rows.Select(i => new ScoredRow(i - part.First, rows[i].Member.Tokens))];
            Tensor logp_M = ResponseScorer.Score(policy.Model, batch, scored, distribution, new(LogitChunk: train.LogitChunk)).LogProbs_M;
            mean += logp_M.mean().item<float>() * (logp_M.shape[0] / all);
        }

        return mean;
    }
}
