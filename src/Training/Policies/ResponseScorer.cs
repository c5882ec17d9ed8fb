using ViSurf.Training.Model;
using ViSurf.Training.Sampling;

namespace ViSurf.Training.Policies;

/// <summary>A response to score: its tokens, and which prompt of the batch it answers.</summary>
/// <param name="From">The first token that is scored; those before it are read only.</param>
public sealed record ScoredRow(int Prompt, int[] Tokens, int From = 0);

/// <summary>How responses are scored. None of it changes the result by more than rounding.</summary>
/// <param name="Recompute">Whether vision blocks and decoder layers are computed again for their gradient.</param>
/// <param name="LogitChunk">Tokens whose logits are in memory at a time; 0 is all of them, with what backward needs.</param>
/// <param name="WithEntropy">Whether the entropy of each next-token distribution is wanted.</param>
public sealed record Scoring(bool Recompute = false, int LogitChunk = 0, bool WithEntropy = false);

/// <summary>Log-probabilities of given responses. Prompts are computed once; their gradient gathers from all their responses.</summary>
/// <remarks>Letters: B prompts, N responses, T longest response, M scored tokens of all responses (row by row), D width, V words.</remarks>
public static class ResponseScorer
{
    /// <summary>Scores the tokens of every response.</summary>
    /// <param name="scoring">All kept for backward, without entropy, where nothing is said.</param>
    public static ResponseScores Score(VisionLanguageModel model, PromptBatch prompts, IReadOnlyList<ScoredRow> rows,
        TokenDistribution distribution, Scoring? scoring = null)
    {
        Scoring how = scoring ?? new();
        Recomputation? chain = how.Recompute || how.LogitChunk > 0 ? new() : null;
        Tensor states_MD = States(model, prompts, rows, how.Recompute ? chain : null);
        long[] drawn = [.. rows.SelectMany(row => row.Tokens.Skip(row.From)).Select(token => (long)token)];
        Tensor drawn_M1 = tensor(drawn, device: model.Device).unsqueeze(1);
        TokenScorer scorer = new(model, distribution, how.WithEntropy);
        return how.LogitChunk == 0
            ? scorer.Whole(states_MD, drawn_M1, chain)
            : scorer.Chunked(states_MD, drawn_M1, how.LogitChunk, chain!);
    }

    /// <summary>The states that predict each token. -> [M, D].</summary>
    private static Tensor States(VisionLanguageModel model, PromptBatch prompts, IReadOnlyList<ScoredRow> rows, Recomputation? chain)
    {
        RecordedKeyValues read = new();
        Tensor last_BD = prompts.Forward(model, read, chain).select(1, prompts.Length - 1);
        Tensor promptOfRow = tensor(rows.Select(row => (long)row.Prompt).ToArray(), device: model.Device);
        Tensor states_NTD = last_BD.index_select(0, promptOfRow).unsqueeze(1);
        int longest = rows.Max(row => row.Tokens.Length);
        if (longest > 1)
        {
            Continuation rest = new(rows, promptOfRow, longest - 1);
            states_NTD = cat([states_NTD, rest.Decode(model, prompts, new(read, promptOfRow), chain)], dim: 1);
        }

        long[] places = [.. rows.SelectMany((row, n) =>
            Enumerable.Range(row.From, row.Tokens.Length - row.From).Select(t => ((long)n * longest) + t))];
        return states_NTD.reshape(-1, states_NTD.shape[2]).index_select(0, tensor(places, device: model.Device));
    }

    /// <summary>The responses' tokens after the first state, padded on the right.</summary>
    private sealed record Continuation(IReadOnlyList<ScoredRow> Rows, Tensor PromptOfRow, int Tokens)
    {
        public Tensor Decode(VisionLanguageModel model, PromptBatch prompts, PrefixedKeyValues keyValues, Recomputation? chain)
        {
            long[] ids = new long[Rows.Count * Tokens];
            long[] positions = new long[Rows.Count * Tokens];
            for (int n = 0; n < Rows.Count; n++)
            {
                // What is beyond a response's end is computed too, and read by nobody.
                for (int t = 0; t < Tokens; t++)
                {
                    ids[(n * Tokens) + t] = t < Rows[n].Tokens.Length ? Rows[n].Tokens[t] : model.Config.Tokens.Pad;
                    positions[(n * Tokens) + t] = prompts.Length + prompts.Positions.Deltas[Rows[n].Prompt] + t;
                }
            }

            Tensor embeddings = model.Embed(tensor(ids, Rows.Count, Tokens, device: model.Device), null, []);
            Tensor positions_3NT = tensor(positions, 1, Rows.Count, Tokens, device: model.Device).expand(3, -1, -1);
            return model.Decode(embeddings, positions_3NT, prompts.ContinuationMask(Tokens, PromptOfRow), keyValues, chain);
        }
    }
}
