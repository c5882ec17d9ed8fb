using ViSurf.Training.Policies;

namespace ViSurf.Training.Methods;

/// <summary>The responses to one prompt that are compared with each other.</summary>
/// <param name="Label">The ground truth as a response; a method decides whether it joins.</param>
/// <param name="Members">Who is compared: what was sampled, until a method says otherwise.</param>
public sealed record Group(Prompt Prompt, Member Label, IReadOnlyList<Member> Members)
{
    /// <summary>What was sampled, compared or not.</summary>
    public IReadOnlyList<Member> Rollouts { get; } = Members;

    /// <summary>The group with one more member.</summary>
    public Group With(Member member) => this with { Members = [.. Members, member] };
}

/// <summary>A response in a group: a rollout, or the label.</summary>
public sealed record Member
{
    /// <summary>Token ids, end of turn included.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>The text without end tokens.</summary>
    public required string Text { get; init; }

    /// <summary>The value of each term of the reward.</summary>
    public required double[] Terms { get; init; }

    /// <summary>What the member counts in its group: the sum of the terms, unless a rule replaced it.</summary>
    public required double Reward { get; init; }

    /// <summary>Whether this is the ground truth.</summary>
    public bool IsLabel { get; init; }

    /// <summary>A label that the policy's best rollout matched: its advantage is 0 by rule.</summary>
    public bool IsMatched { get; init; }

    /// <summary>A rollout that was cut at the length limit.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The sampler's log-probability of each token; empty for a label.</summary>
    public float[] SamplerLogProbs { get; init; } = [];
}
