using ViSurf.Training.Model;
using ViSurf.Training.Randomness;

namespace ViSurf.Training.Sampling;

/// <summary>Draws responses: each prompt is read once for its whole group, and a finished row's place goes to a waiting one.</summary>
/// <remarks>Letters: B prompts, N rows (prompt by prompt, G each), V words, D width.</remarks>
public sealed class Sampler(VisionLanguageModel model, SamplingSettings settings)
{
    /// <summary>Bytes of keys and values that the last call held, at most.</summary>
    public long CacheBytes { get; private set; }

    /// <summary>Times that the last call ran the model for one token of all its rows.</summary>
    public int Steps { get; private set; }

    /// <summary>Draws responses for every prompt of the batch, prompt by prompt.</summary>
    /// <param name="streams">One stream of draws a row; each token takes one draw from its row's stream.</param>
    public Response[] Sample(PromptBatch prompts, Draws[] streams)
    {
        settings.Check();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using TokenDistribution distribution =
            new(settings.Temperature > 0 ? settings.Temperature : 1, settings.Banned, model.Config.VocabSize);
        SampledRows rows = new(prompts, settings, streams);
        (Tensor first_BV, KeyValueCache read) = Read(prompts, rows.Slots);
        using KeyValueCache cache = read;
        (CacheBytes, Steps) = (cache.Bytes, 0);

        Fill([.. Enumerable.Range(0, rows.Slots)], rows, cache, first_BV, distribution);
        while (rows.Count > 0)
        {
            using var step = NewDisposeScope();
            Steps++;
            bool[] ended = Draw(Next(rows, cache), rows.Live, rows, distribution);
            if (ended.Contains(true))
            {
                Fill([.. Enumerable.Range(0, ended.Length).Where(slot => ended[slot])], rows, cache, first_BV, distribution);
            }
        }

        return rows.Responses();
    }

    // What reading the prompts needs besides is given back before the first token.
    private (Tensor Logits_BV, KeyValueCache Cache) Read(PromptBatch prompts, int slots)
    {
        using var scope = NewDisposeScope();
        RecordedKeyValues read = new();
        Tensor last_BD = prompts.Forward(model, read).select(1, prompts.Length - 1);
        bool share = settings.SharePrompts ?? last_BD.device_type != DeviceType.CPU;
        KeyValueCache cache = KeyValueCache.Of(read, prompts.PaddingMask(), slots, settings.MaxTokens, share);
        return (model.Logits(last_BD).MoveToOuterDisposeScope(), cache);
    }

    // Waiting rows draw their first token from what was read of their prompt; those that go on take free slots.
    private void Fill(int[] free, SampledRows rows, KeyValueCache cache, Tensor first_BV, TokenDistribution distribution)
    {
        List<int> joined = [];
        while (rows.HasWaiting && joined.Count < free.Length)
        {
            int[] waiting = rows.TakeWaiting(free.Length - joined.Count);
            Tensor prompts = tensor([.. waiting.Select(row => (long)rows.PromptOf(row))], device: first_BV.device);
            bool[] ended = Draw(first_BV.index_select(0, prompts), waiting, rows, distribution);
            joined.AddRange(waiting.Where((_, i) => !ended[i]));
        }

        for (int i = 0; i < joined.Count; i++)
        {
            rows.Put(free[i], joined[i]);
        }

        if (joined.Count > 0)
        {
            cache.Join(free.AsSpan(0, joined.Count), [.. joined.Select(rows.PromptOf)]);
        }

        int[] closed = [.. free.Skip(joined.Count).Where(slot => slot < rows.Count)];
        (int[] from, int[] to) = rows.Close(closed);
        cache.Keep(rows.Count, from, to);
        cache.Settle(rows.NextPrompt);
    }

    private Tensor Next(SampledRows rows, KeyValueCache cache)
    {
        cache.Advance();
        (long[] tokens, long[] place) = rows.Last();
        Tensor embeddings = model.Embed(tensor(tokens, device: model.Device).unsqueeze(1), null, []);
        Tensor positions = tensor(place, device: model.Device).view(1, -1, 1).expand(3, -1, 1);
        return model.Logits(model.Decode(embeddings, positions, cache.Mask, cache).select(1, 0));
    }

    // One token for each of the rows; tells which it ended.
    private bool[] Draw(Tensor logits_NV, ReadOnlySpan<int> drawn, SampledRows rows, TokenDistribution distribution)
    {
        Tensor logp_NV = distribution.LogProbs(logits_NV);
        Tensor? uniform_N = settings.Temperature == 0 ? null : tensor(rows.Uniforms(drawn), device: logits_NV.device);
        Tensor token_N1 = TokenDraw.Draw(logp_NV, uniform_N, settings);
        float[] logProbs = logp_NV.gather(1, token_N1).view(-1).cpu().data<float>().ToArray();
        long[] tokens = token_N1.view(-1).cpu().data<long>().ToArray();
        bool[] ended = new bool[drawn.Length];
        for (int i = 0; i < ended.Length; i++)
        {
            ended[i] = rows.Add(drawn[i], (int)tokens[i], logProbs[i]);
        }

        return ended;
    }
}
