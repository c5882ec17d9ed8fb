using ViSurf.Training.Answers;
using ViSurf.Training.Data;
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

        GroupMaker groups = new(policy, stage);
        IOrderedEnumerable<AnswerStyle> likeliestFirst = Enum.GetValues<AnswerStyle>()
            .OrderByDescending(style => LogProb(policy, prompts, style, groups));
        return stage.Spec.Align ? likeliestFirst.First() : likeliestFirst.Last();
    }

    private static double LogProb(Policy policy, Prompt[] prompts, AnswerStyle style, GroupMaker groups)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using PromptBatch batch = policy.Batch(prompts);
        using TokenDistribution distribution = new(1, policy.Banned, policy.Model.Config.VocabSize);
        ScoredRow[] rows = [.. prompts.Select((prompt, i) => new ScoredRow(i, policy.EncodeResponse(groups.LabelText(prompt, style))))];
        return ResponseScorer.Score(policy.Model, batch, rows, distribution).LogProbs_M.mean().item<float>();
    }
}
