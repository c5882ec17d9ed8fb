using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Methods;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Rewards;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Trainer;

/// <summary>Samples rollouts, scores them, writes labels, and lets the method say who is compared.</summary>
/// <param name="before">The model before training, where the method samples from it and the policy has no adapters.</param>
public sealed class GroupMaker(Policy policy, Policy? before, StageSettings stage)
{
    private readonly RewardSum rewards = new(stage.Benchmark, stage.Prompt);
    private readonly HashSet<int> banned = [.. policy.Banned];
    private readonly int rollouts = stage.Method.Rollouts(stage.Spec);

    /// <summary>The terms of the reward.</summary>
    public IReadOnlyList<string> TermNames => rewards.Names;

    /// <summary>One group for each prompt. Draws depend on (seed, step, prompt, rollout) alone.</summary>
    /// <exception cref="Fault">SpecInvalid: a label is wrong or too long.</exception>
    public Group[] Make(IReadOnlyList<Prompt> prompts, int step)
    {
        Response[] responses = rollouts == 0 ? [] : Sample(prompts, step);
        return [.. prompts.Select((prompt, i) =>
        {
            Member[] members = [.. responses.Skip(i * rollouts).Take(rollouts).Select(response => Score(response, prompt))];
            return Compare(new(prompt, Label(prompt), members));
        })];
    }

    private Group Compare(Group sampled)
    {
        string? text = stage.Method.WriteLabel(sampled);
        if (text == sampled.Label.Text)
        {
            return stage.Method.Compare(sampled, stage.Spec);
        }

        int[] tokens = text is null ? [] : policy.EncodeResponse(text);
        return tokens.Length == 0 || tokens.Length > stage.Spec.MaxTokens
            ? sampled with { Members = [] }
            : stage.Method.Compare(sampled with { Label = sampled.Label with { Text = text!, Tokens = tokens } }, stage.Spec);
    }

    /// <summary>The label as a member: answer block and end of turn, in the stage's style.</summary>
    public Member Label(Prompt prompt)
    {
        string text = LabelText(prompt, stage.LabelStyle);
        int[] tokens = policy.EncodeResponse(text);
        Fault.Unless(tokens.Length <= stage.Spec.MaxTokens, FaultCode.SpecInvalid, prompt.Example.Id,
            $"has a label of {tokens.Length} tokens; allowed: method.maxTokens, which is {stage.Spec.MaxTokens}");
        Fault.Unless(!tokens.Any(banned.Contains), FaultCode.SpecInvalid, prompt.Example.Id, $"has a label with a special token: {text}");
        double[] terms = rewards.JudgeLabel(text, prompt.Truth, stage.Spec.EliminateThinking, prompt.Example.Id);
        return new() { Tokens = tokens, Text = text, Terms = terms, Reward = terms.Sum(), IsLabel = true };
    }

    /// <summary>The label's text: the answer block alone.</summary>
    public string LabelText(Prompt prompt, AnswerStyle style) => $"<answer>{stage.Benchmark.WriteAnswer(prompt.Truth, style)}</answer>";

    private Response[] Sample(IReadOnlyList<Prompt> prompts, int step)
    {
        using IDisposable? without = stage.Method.SamplesBefore && before is null ? policy.Adapters!.Before() : null;
        Policy sampled = stage.Method.SamplesBefore ? before ?? policy : policy;
        using PromptBatch batch = sampled.Batch(prompts);
        Draws[] streams = [.. Enumerable.Range(0, prompts.Count * rollouts)
            .Select(row => new Draws(stage.Seed, "rollout", step, row / rollouts, row % rollouts))];
        Sampler sampler = new(sampled.Model, new()
        {
            GroupSize = rollouts,
            MaxTokens = stage.Spec.MaxTokens,
            Temperature = stage.Spec.Temperature,
            End = policy.End,
            Banned = policy.Banned,
        });
        return sampler.Sample(batch, streams);
    }

    private Member Score(Response response, Prompt prompt)
    {
        string text = policy.TextOf(response.Tokens);
        double[] terms = rewards.Judge(new ParsedResponse(text), prompt.Truth);
        return new()
        {
            Tokens = response.Tokens,
            Text = text,
            Terms = terms,
            Reward = terms.Sum(),
            IsTruncated = response.Finish == Finish.Length,
            SamplerLogProbs = response.LogProbs,
        };
    }
}
