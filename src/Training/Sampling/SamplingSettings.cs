namespace ViSurf.Training.Sampling;

/// <summary>How responses are drawn.</summary>
public sealed record SamplingSettings
{
    /// <summary>Responses of each prompt.</summary>
    public int GroupSize { get; init; } = 1;

    /// <summary>The longest response, end token included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Divides the logits; 0 takes the likeliest token.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Draws from the smallest set of tokens that holds this much probability. For evaluation: training wants 1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Tokens that end a response; none where the response is to run to its length.</summary>
    public IReadOnlyList<int> End { get; init; } = [];

    /// <summary>Tokens that are never drawn.</summary>
    public IReadOnlyList<int> Banned { get; init; } = [];
}

/// <summary>Why a response ended.</summary>
public enum Finish
{
    /// <summary>It drew an end token.</summary>
    End,

    /// <summary>It reached the length limit.</summary>
    Length,
}

/// <summary>A drawn response: token ids, the sampler's log-probability of each, and why it ended.</summary>
/// <param name="Tokens">Includes the end token, nothing after it.</param>
public sealed record Response(int[] Tokens, float[] LogProbs, Finish Finish);
