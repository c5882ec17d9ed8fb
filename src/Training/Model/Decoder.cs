using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>Qwen2.5-VL's decoder: grouped-query attention with three-axis rotary positions, SwiGLU, RMS norms.</summary>
/// <remarks>Letters: B rows, T new tokens, S all tokens, D width.</remarks>
internal sealed class Decoder(WeightSet weights, ModelConfig config)
{
    private readonly DecoderLayer[] layers =
        [.. Enumerable.Range(0, config.Layers).Select(i => new DecoderLayer(weights, $"model.layers.{i}", config, i))];

    private readonly RmsNorm norm = new(weights, "model.norm", config.HiddenSize, config.RmsNormEps);

    /// <summary>[B, T, D] embeddings -> [B, T, D] states that the head reads.</summary>
    /// <param name="mask">Added to the scores: 0 or a large negative number, broadcastable to [B, 1, T, S]; null where every new
    /// token sees all.</param>
    public Tensor Forward(Tensor embeddings_BTD, Rotary rotary, Tensor? mask, KeyValues keyValues)
    {
        // Query heads that share keys are folded into the time axis, so the mask repeats with them.
        int fold = config.Heads / config.KeyValueHeads;
        Tensor? folded = mask is null || fold == 1 ? mask : cat([.. Enumerable.Repeat(mask, fold)], dim: -2);
        Tensor x = embeddings_BTD;
        foreach (DecoderLayer layer in layers)
        {
            x = layer.Forward(x, rotary, folded, keyValues);
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

    public Tensor Forward(Tensor x_BTD, Rotary rotary, Tensor? mask, KeyValues keyValues)
    {
        Tensor x = x_BTD.Plus(Attention(inputNorm.Forward(x_BTD), rotary, mask, keyValues));
        return x.Plus(mlp.Forward(postNorm.Forward(x)));
    }

    private Tensor Attention(Tensor x_BTD, Rotary rotary, Tensor? mask, KeyValues keyValues)
    {
        (long rows, long tokens) = (x_BTD.shape[0], x_BTD.shape[1]);
        Tensor q_BHTC = rotary.Turn(Split(q, config.Heads)).transpose(1, 2);
        Tensor k_BKTC = rotary.Turn(Split(k, config.KeyValueHeads)).transpose(1, 2);
        (Tensor keys, Tensor values) = keyValues.Extend(index, k_BKTC, Split(v, config.KeyValueHeads).transpose(1, 2));

        // libtorch's kernel wants as many key heads as query heads: the H / K queries of a key become more "time".
        Tensor folded = q_BHTC.reshape(rows, config.KeyValueHeads, -1, config.HeadWidth);
        Tensor out_BHTC = nn.functional.scaled_dot_product_attention(folded, keys, values, mask)
            .view(rows, config.Heads, tokens, config.HeadWidth);
        return o.Forward(out_BHTC.transpose(1, 2).reshape(rows, tokens, -1));

        Tensor Split(Linear project, int heads) => project.Forward(x_BTD).view(rows, tokens, heads, config.HeadWidth);
    }
}
