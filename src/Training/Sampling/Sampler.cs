using ViSurf.Training.Model;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Sampling;

/// <summary>Draws responses: each prompt is read once for its whole group, and finished rows leave the batch.</summary>
/// <remarks>Letters: B prompts, N rows (prompt by prompt, G each), V words, T tokens.</remarks>
public sealed class Sampler(VisionLanguageModel model, SamplingSettings settings)
{
    /// <summary>Draws responses for every prompt of the batch, prompt by prompt.</summary>
    /// <param name="streams">One stream of draws a row; each token takes one draw from its row's stream.</param>
    public Response[] Sample(PromptBatch prompts, Draws[] streams)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using TokenDistribution distribution =
            new(settings.Temperature > 0 ? settings.Temperature : 1, settings.Banned, model.Config.VocabSize);
        RecordedKeyValues read = new();
        Tensor last_BD = prompts.Forward(model, read).select(1, prompts.Length - 1);
        Tensor promptOfRow = tensor((long[])[.. Enumerable.Range(0, prompts.Count * settings.GroupSize)
            .Select(row => row / settings.GroupSize)]);
        using KeyValueCache cache = new(read, promptOfRow, settings.MaxTokens);
        Rows rows = new(prompts, settings, streams);
        Tensor? padding = prompts.PaddingMask()?.index_select(0, promptOfRow);

        Tensor logits = model.Logits(last_BD).index_select(0, promptOfRow);
        for (int at = 0; ; at++)
        {
            using var step = NewDisposeScope();
            using Tensor read_NV = logits;
            bool someFinished = rows.Take(Draw(distribution.LogProbs(read_NV), rows));
            if (rows.Live.Count == 0)
            {
                return rows.Responses();
            }

            if (someFinished)
            {
                Tensor keep = tensor(rows.Kept);
                cache.Keep(keep);
                padding = padding?.index_select(0, keep).MoveToOuterDisposeScope();
            }

            logits = Next(rows, cache, padding, prompts.Length).MoveToOuterDisposeScope();
        }
    }

    private Tensor Next(Rows rows, KeyValueCache cache, Tensor? padding, int promptLength)
    {
        Tensor embeddings = model.Embed(tensor(rows.LastTokens()).unsqueeze(1), null, []);
        Tensor positions = tensor(rows.Positions()).view(1, -1, 1).expand(3, -1, 1);
        Tensor? mask = padding is null ? null : nn.functional.pad(padding, [0L, cache.Length + 1 - promptLength]);
        return model.Logits(model.Decode(embeddings, positions, mask, cache).select(1, 0));
    }

    // The inverse of the cumulated distribution at one uniform number a row.
    private (long[] Tokens, float[] LogProbs) Draw(Tensor logp_NV, Rows rows)
    {
        Tensor drawn = settings.Temperature == 0
            ? logp_NV.argmax(-1, keepdim: true)
            : DrawFrom(Nucleus(logp_NV.exp()), tensor(rows.Uniforms()));
        return (drawn.data<long>().ToArray(), logp_NV.gather(1, drawn).data<float>().ToArray());
    }

    private static Tensor DrawFrom(Tensor p_NV, Tensor uniform_N)
    {
        Tensor cumulated = p_NV.cumsum(-1);
        Tensor total = cumulated.narrow(1, cumulated.shape[1] - 1, 1);
        return cumulated.le(uniform_N.unsqueeze(1) * total).sum(1, keepdim: true);
    }

    private Tensor Nucleus(Tensor p_NV)
    {
        if (settings.TopP >= 1)
        {
            return p_NV;
        }

        (Tensor sorted, Tensor order) = p_NV.sort(dim: -1, descending: true);
        Tensor before = sorted.cumsum(-1) - sorted;
        return p_NV.where(before.Below(settings.TopP).gather(1, order.argsort()), zeros_like(p_NV));
    }

    /// <summary>The rows that are still being drawn.</summary>
    private sealed class Rows
    {
        private readonly SamplingSettings settings;
        private readonly Draws[] streams;
        private readonly List<int>[] tokens;
        private readonly List<float>[] logProbs;
        private readonly Finish[] finish;
        private readonly long[] firstPosition;

        public Rows(PromptBatch prompts, SamplingSettings settings, Draws[] streams)
        {
            this.settings = settings;
            this.streams = streams;
            int count = prompts.Count * settings.GroupSize;
            tokens = [.. Enumerable.Range(0, count).Select(_ => new List<int>(settings.MaxTokens))];
            logProbs = [.. Enumerable.Range(0, count).Select(_ => new List<float>(settings.MaxTokens))];
            finish = new Finish[count];
            firstPosition = [.. Enumerable.Range(0, count)
                .Select(row => prompts.Length + prompts.Positions.Deltas[row / settings.GroupSize])];
            Live = [.. Enumerable.Range(0, count)];
        }

        public List<int> Live { get; private set; }

        /// <summary>Places, among the rows before the last token, of those that stayed.</summary>
        public long[] Kept { get; private set; } = [];

        public bool Take((long[] Tokens, float[] LogProbs) drawn)
        {
            List<int> live = [];
            List<long> kept = [];
            for (int i = 0; i < Live.Count; i++)
            {
                int row = Live[i];
                int token = (int)drawn.Tokens[i];
                tokens[row].Add(token);
                logProbs[row].Add(drawn.LogProbs[i]);
                bool ended = settings.End.Contains(token);
                if (ended || tokens[row].Count == settings.MaxTokens)
                {
                    finish[row] = ended ? Finish.End : Finish.Length;
                }
                else
                {
                    live.Add(row);
                    kept.Add(i);
                }
            }

            bool someFinished = live.Count < Live.Count;
            (Live, Kept) = (live, [.. kept]);
            return someFinished;
        }

        public long[] LastTokens() => [.. Live.Select(row => (long)tokens[row][^1])];

        public long[] Positions() => [.. Live.Select(row => firstPosition[row] + tokens[row].Count - 1)];

        // Below 1 by more than rounding, so that the number lies before the end of the last token that has any probability.
        public float[] Uniforms() => [.. Live.Select(row => (float)(streams[row].Unit() * (1 - 1e-6)))];

        public Response[] Responses() =>
            [.. tokens.Select((row, i) => new Response([.. row], [.. logProbs[i]], finish[i]))];
    }
}
