using ViSurf.Sdk;

namespace ViSurf.Training.Sampling;

/// <summary>How responses are drawn.</summary>
/// <remarks>
/// The order is vLLM's: bans, temperature, min-p, top-k, top-p, each on what the one before left; top-p counts the probability of
/// what min-p and top-k left as 1. A response's log-probabilities are those before min-p, top-k and top-p.
/// </remarks>
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

    /// <summary>Draws from this many likeliest tokens, and those as likely as the last of them; 0 leaves all.</summary>
    public int TopK { get; init; }

    /// <summary>Draws from tokens that have at least this share of the likeliest token's probability; 0 leaves all.</summary>
    public double MinP { get; init; }

    /// <summary>Tokens that end a response; none where the response is to run to its length.</summary>
    public IReadOnlyList<int> End { get; init; } = [];

    /// <summary>Tokens that are never drawn.</summary>
    public IReadOnlyList<int> Banned { get; init; } = [];

    /// <summary>Texts that end a response; null where there are none.</summary>
    public StopTexts? Stop { get; init; }

    /// <summary>Rows that are drawn at a time: when one finishes, a waiting one takes its place. 0 takes all at once.</summary>
    /// <remarks>A row's draws are its own, so the number changes a response only through rounding: products of matrices round
    /// differently in batches of another size.</remarks>
    public int Rows { get; init; }

    /// <summary>Whether a prompt's keys and values stand once for its group. Null: where the model is not on the processor.</summary>
    public bool? SharePrompts { get; init; }

    /// <exception cref="Fault">SpecInvalid: a number is outside what is allowed.</exception>
    internal void Check()
    {
        Demand(GroupSize >= 1, "groupSize", $"is {GroupSize}; allowed: 1 and above");
        Demand(MaxTokens >= 1, "maxTokens", $"is {MaxTokens}; allowed: 1 and above");
        Demand(Temperature >= 0, "temperature", $"is {Temperature}; allowed: 0 and above");
        Demand(TopP > 0, "topP", $"is {TopP}; allowed: above 0");
        Demand(TopK >= 0, "topK", $"is {TopK}; allowed: 0 and above");
        Demand(MinP is >= 0 and <= 1, "minP", $"is {MinP}; allowed: 0 to 1");
        Demand(Rows >= 0, "rows", $"is {Rows}; allowed: 0 and above");

        static void Demand(bool holds, string field, string reason) =>
            Fault.Unless(holds, FaultCode.SpecInvalid, $"sampling.{field}", reason);
    }
}
