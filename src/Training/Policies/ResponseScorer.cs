using ViSurf.Training.Model;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Policies;

/// <summary>A response to score: its tokens, and which prompt of the batch it answers.</summary>
public sealed record ScoredRow(int Prompt, int[] Tokens);

/// <summary>Log-probabilities of given responses. Prompts are computed once; their gradient gathers from all their responses.</summary>
/// <remarks>Letters: B prompts, N responses, T longest response, M tokens of all responses (row by row), D width, V words.</remarks>
public static class ResponseScorer
{
    /// <summary>Scores every token of every response. -> [M] log-probabilities, and [M, V] those of all words.</summary>
    public static (Tensor LogProbs_M, Tensor All_MV) Score(
        VisionLanguageModel model, PromptBatch prompts, IReadOnlyList<ScoredRow> rows, TokenDistribution distribution)
    {
        RecordedKeyValues read = new();
        Tensor last_BD = prompts.Forward(model, read).select(1, prompts.Length - 1);
        Tensor promptOfRow = tensor(rows.Select(row => (long)row.Prompt).ToArray());
        Tensor states_NTD = last_BD.index_select(0, promptOfRow).unsqueeze(1);
        int longest = rows.Max(row => row.Tokens.Length);
        if (longest > 1)
        {
            Tensor rest = Continue(model, prompts, rows, promptOfRow, new(read, promptOfRow), longest - 1);
            states_NTD = cat([states_NTD, rest], dim: 1);
        }

        long[] places = [.. rows.SelectMany((row, n) => Enumerable.Range(0, row.Tokens.Length).Select(t => ((long)n * longest) + t))];
        Tensor states_MD = states_NTD.reshape(-1, states_NTD.shape[2]).index_select(0, tensor(places));
        Tensor all_MV = distribution.LogProbs(model.Logits(states_MD));
        Tensor drawn_M1 = tensor(rows.SelectMany(row => row.Tokens).Select(token => (long)token).ToArray()).unsqueeze(1);
        return (all_MV.gather(1, drawn_M1).squeeze(1), all_MV);
    }

    private static Tensor Continue(VisionLanguageModel model, PromptBatch prompts, IReadOnlyList<ScoredRow> rows, Tensor promptOfRow,
        PrefixedKeyValues keyValues, int tokens)
    {
        long[] ids = new long[rows.Count * tokens];
        long[] positions = new long[rows.Count * tokens];
        for (int n = 0; n < rows.Count; n++)
        {
            // What is beyond a response's end is computed too, and read by nobody.
            for (int t = 0; t < tokens; t++)
            {
                ids[(n * tokens) + t] = t < rows[n].Tokens.Length ? rows[n].Tokens[t] : model.Config.Tokens.Pad;
                positions[(n * tokens) + t] = prompts.Length + prompts.Positions.Deltas[rows[n].Prompt] + t;
            }
        }

        Tensor mask = Masks.Causal(tokens, prompts.Length + tokens);
        if (prompts.PaddingMask() is { } padding)
        {
            mask = mask.Plus(nn.functional.pad(padding.index_select(0, promptOfRow), [0L, tokens]));
        }

        Tensor embeddings = model.Embed(tensor(ids, rows.Count, tokens), null, []);
        return model.Decode(embeddings, tensor(positions, 1, rows.Count, tokens).expand(3, -1, -1), mask, keyValues);
    }
}
