using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Evaluation;

/// <summary>How sure a policy is that nothing is there, whatever it answered.</summary>
/// <remarks>
/// log p([]&lt;/answer&gt; | prompt, the response's own text up to and including &lt;answer&gt;): the thought stays the policy's own,
/// and only the answer is another. A response without &lt;answer&gt; has no such place; there it is
/// log p(&lt;answer&gt;[]&lt;/answer&gt; | prompt), which is lower, as it pays for the opening tag too. The end of turn is not counted.
/// Texts are tokenised once and whole; where no token ends with the tag, the one that goes across its end counts. The distribution is
/// that of sampling at temperature 1.
/// </remarks>
public sealed class AbsenceScorer(Policy policy)
{
    private const string OpenAnswer = "<answer>";
    private const string EmptyAnswer = "[]</answer>";

    /// <summary>The log-probability for each response; null where the model's numbers are not finite.</summary>
    /// <param name="responses">The text of one response to each prompt of the batch.</param>
    public float?[] Score(PromptBatch prompts, IReadOnlyList<string> responses)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using TokenDistribution distribution = new(1, policy.Banned, policy.Model.Config.VocabSize);
        ScoredRow[] rows = [.. responses.Select((text, prompt) => Row(prompt, text))];
        float[] logProbs = ResponseScorer.Score(policy.Model, prompts, rows, distribution).LogProbs_M
            .to(ScalarType.Float32).cpu().data<float>().ToArray();
        float?[] sums = new float?[rows.Length];
        int at = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            int count = rows[row].Tokens.Length - rows[row].From;
            float sum = logProbs.Skip(at).Take(count).Sum();
            sums[row] = float.IsFinite(sum) ? sum : null;
            at += count;
        }

        return sums;
    }

    /// <summary>The tokens to read, and from where they are scored.</summary>
    internal ScoredRow Row(int prompt, string response)
    {
        int tag = response.IndexOf(OpenAnswer, StringComparison.Ordinal);
        if (tag < 0)
        {
            return new(prompt, policy.Tokenizer.Encode(OpenAnswer + EmptyAnswer));
        }

        string before = response[..(tag + OpenAnswer.Length)];
        int[] tokens = policy.Tokenizer.Encode(before + EmptyAnswer);
        return new(prompt, tokens, tokens.AsSpan().CommonPrefixLength(policy.Tokenizer.Encode(before)));
    }
}
