using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>Qwen2.5-VL's decoder: grouped-query attention with three-axis rotary positions, SwiGLU, RMS norms.</summary>
/// <remarks>Letters: B rows, T new tokens, S all tokens, D width.</remarks>
internal sealed class Decoder(WeightSet weights, ModelConfig config)
{
    private readonly DecoderLayer[] layers =
        [.. Enumerable.Range(0, config.Layers).Select(i => new DecoderLayer(weights, $"model.layers.{i}", config, i))];

    private readonly RmsNorm norm = new(weights, "model.norm", config.HiddenSize, config.RmsNormEps);

    /// <summary>The projections that an adapter may stand beside.</summary>
    public IEnumerable<Linear> Linears => layers.SelectMany(layer => layer.Linears);

    /// <summary>[B, T, D] embeddings -> [B, T, D] states that the head reads.</summary>
    /// <param name="mask">Added to the scores: 0 or a large negative number, broadcastable to [B, 1, T, S]; null where each token
    /// sees itself and all before, and, of more than one, nothing was before.</param>
    /// <param name="recomputation">Takes the layers as its blocks; null keeps what backward needs.</param>
    public Tensor Forward(Tensor embeddings_BTD, Rotary rotary, Tensor? mask, KeyValues keyValues, Recomputation? recomputation)
    {
        // Query heads that share keys are folded into the time axis, so the mask repeats with them.
        int fold = config.Heads / config.KeyValueHeads;
        Tensor? folded = mask is null || fold == 1 ? mask : cat([.. Enumerable.Repeat(mask, fold)], dim: -2);
        Tensor x = embeddings_BTD;
        foreach ((int i, DecoderLayer layer) in layers.Index())
        {
            Tensor before = x;
            x = recomputation is null
                ? layer.Forward(before, rotary, folded, keyValues)
                : keyValues.Recompute(recomputation, i, before, (input, own) => layer.Forward(input, rotary, folded, own));
            if (i > 0 && !x.requires_grad)
            {
                before.Dispose(); // no backward pass comes for it
            }
        }

        return norm.Forward(x);
    }
}

/// <summary>One layer of the decoder.</summary>
/// <remarks>Letters: B rows, H query heads, K key/value heads, T new tokens, C width of a head, D width.</remarks>
internal sealed class DecoderLayer(WeightSet weights, string name, ModelConfig config, int index)
{
    private readonly Linear q = new(weights, $"{name}.self_attn.q_proj", config.HiddenSize, config.Heads * config.HeadWidth,
        withBias: true);
    private readonly Linear k = new(weights, $"{name}.self_attn.k_proj", config.HiddenSize,
        config.KeyValueHeads * config.HeadWidth, withBias: true);
    private readonly Linear v = new(weights, $"{name}.self_attn.v_proj", config.HiddenSize,
        config.KeyValueHeads * config.HeadWidth, withBias: true);
    private readonly Linear o = new(weights, $"{name}.self_attn.o_proj", config.Heads * config.HeadWidth,
        config.HiddenSize, withBias: false);
    private readonly GatedMlp mlp = new(weights, $"{name}.mlp", config.HiddenSize, config.IntermediateSize, withBias: false);
    private readonly RmsNorm inputNorm = new(weights, $"{name}.input_layernorm", config.HiddenSize, config.RmsNormEps);
    private readonly RmsNorm postNorm = new(weights, $"{name}.post_attention_layernorm", config.HiddenSize, config.RmsNormEps);

    public IEnumerable<Linear> Linears => [q, k, v, o, .. mlp.Linears];

    // What backward does not need is given back when the layer is done.
    public Tensor Forward(Tensor x_BTD, Rotary rotary, Tensor? mask, KeyValues keyValues)
    {
        using var scope = NewDisposeScope();
        Tensor x = x_BTD.Plus(Attention(inputNorm.Forward(x_BTD), rotary, mask, keyValues));
        return x.Plus(mlp.Forward(postNorm.Forward(x))).MoveToOuterDisposeScope();
    }

    private Tensor Attention(Tensor x_BTD, Rotary rotary, Tensor? mask, KeyValues keyValues)
    {
        (long rows, long tokens) = (x_BTD.shape[0], x_BTD.shape[1]);
        Tensor q_BHTC = rotary.Turn(Split(q, config.Heads)).transpose(1, 2);
        Tensor k_BKTC = rotary.Turn(Split(k, config.KeyValueHeads)).transpose(1, 2);
        Tensor v_BKTC = Split(v, config.KeyValueHeads).transpose(1, 2);
        Tensor out_BHTC = keyValues.Attend(index, q_BHTC, k_BKTC, v_BKTC) ?? Attend(q_BHTC, keyValues.Extend(index, k_BKTC, v_BKTC), mask);
        return o.Forward(out_BHTC.transpose(1, 2).reshape(rows, tokens, -1));

        Tensor Split(Linear project, int heads) => project.Forward(x_BTD).view(rows, tokens, heads, config.HeadWidth);
    }

    private Tensor Attend(Tensor q_BHTC, (Tensor Keys, Tensor Values) all, Tensor? mask) => mask is null && q_BHTC.shape[2] > 1
        ? Causal(q_BHTC, all.Keys, all.Values)
        : Masked(q_BHTC, all.Keys, all.Values, mask);

    // libtorch's kernel wants as many key heads as query heads: the H / K queries of a key become more "time".
    private Tensor Masked(Tensor q_BHTC, Tensor keys, Tensor values, Tensor? mask)
    {
        Tensor folded = q_BHTC.reshape(q_BHTC.shape[0], config.KeyValueHeads, -1, config.HeadWidth);
        return nn.functional.scaled_dot_product_attention(folded, keys, values, mask).view(q_BHTC.shape);
    }

    // The kernel's own triangle wants true time, so keys are repeated for their queries; no [T, S] mask is made.
    private Tensor Causal(Tensor q_BHTC, Tensor keys, Tensor values)
    {
        if (keys.shape[2] != q_BHTC.shape[2])
        {
            throw new InvalidOperationException("tokens that follow others need a mask");
        }

        int fold = config.Heads / config.KeyValueHeads;
        return nn.functional.scaled_dot_product_attention(q_BHTC, Repeat(keys), Repeat(values), is_casual: true);

        Tensor Repeat(Tensor x_BKTC) => fold == 1 ? x_BKTC : x_BKTC.repeat_interleave(fold, 1);
    }
}
