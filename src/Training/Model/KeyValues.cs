namespace ViSurf.Training.Model;

/// <summary>What a decoder layer attends to: its own keys and values, and those of tokens before.</summary>
/// <remarks>Letters: B rows, K key/value heads, T new tokens, S all tokens, C width of a head, D width.</remarks>
public abstract class KeyValues
{
    /// <summary>Takes the new tokens' keys and values of a layer; returns all that the new tokens may attend to.</summary>
    public abstract (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC);

    /// <summary>Attention of the new tokens' queries to all that they may see, where these keys and values know a way of their own:
    /// [B, H, T, C], H query heads. Null: it is the kernel's, over what <see cref="Extend"/> returns.</summary>
    internal virtual Tensor? Attend(int layer, Tensor q_BHTC, Tensor keys_BKTC, Tensor values_BKTC) => null;

    /// <summary>Runs a layer as a block of a recomputation. [B, T, D] -> [B, T, D].</summary>
    /// <param name="forward">The layer, given its input and what it attends to.</param>
    /// <exception cref="NotSupportedException">These keys and values carry no gradients.</exception>
    internal virtual Tensor Recompute(Recomputation recomputation, int layer, Tensor x_BTD, Func<Tensor, KeyValues, Tensor> forward) =>
        throw new NotSupportedException($"{GetType().Name} carries no gradients");
}

/// <summary>Remembers what was computed, gradients and all: a prompt, of which many continuations are scored.</summary>
public sealed class RecordedKeyValues : KeyValues
{
    private readonly List<(Tensor Keys, Tensor Values)> layers = [];

    public IReadOnlyList<(Tensor Keys, Tensor Values)> Layers => layers;

    /// <summary>Copies that lie close and that the caller disposes; what was recorded is given up layer by layer.</summary>
    public List<(Tensor Keys, Tensor Values)> Take()
    {
        List<(Tensor, Tensor)> taken = [];
        foreach ((Tensor keys, Tensor values) in layers)
        {
            taken.Add((Compact(keys), Compact(values)));
            keys.Dispose();
            values.Dispose();
        }

        layers.Clear();
        return taken;

        static Tensor Compact(Tensor x) => empty(x.shape, x.dtype, x.device).copy_(x).DetachFromDisposeScope();
    }

    public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC)
    {
        // The layer's own scope ends with the layer.
        layers.Add((keys_BKTC.MoveToOuterDisposeScope(), values_BKTC.MoveToOuterDisposeScope()));
        return (keys_BKTC, values_BKTC);
    }

    internal override Tensor Recompute(Recomputation recomputation, int layer, Tensor x_BTD, Func<Tensor, KeyValues, Tensor> forward)
    {
        Tensor[] outputs = recomputation.Run(inputs =>
        {
            RecordedKeyValues own = new();
            Tensor y_BTD = forward(inputs[0], own);
            return [y_BTD, own.layers[0].Keys, own.layers[0].Values];
        }, x_BTD);
        layers.Add((outputs[1], outputs[2]));
        return outputs[0];
    }
}

/// <summary>Recorded prompts in front of each row: rows of one group share their prompt, and its gradient gathers from all.</summary>
public sealed class PrefixedKeyValues(RecordedKeyValues prompts, Tensor promptOfRow) : KeyValues
{
    public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC) =>
        Join(prompts.Layers[layer], keys_BKTC, values_BKTC);

    internal override Tensor Recompute(Recomputation recomputation, int layer, Tensor x_BTD, Func<Tensor, KeyValues, Tensor> forward)
    {
        (Tensor keys, Tensor values) = prompts.Layers[layer];
        return recomputation.Run(inputs => [forward(inputs[0], new Prefix(this, (inputs[1], inputs[2])))], x_BTD, keys, values)[0];
    }

    private (Tensor Keys_BKSC, Tensor Values_BKSC) Join((Tensor Keys, Tensor Values) prefix, Tensor keys_BKTC, Tensor values_BKTC) =>
        (cat([prefix.Keys.index_select(0, promptOfRow), keys_BKTC], dim: 2),
            cat([prefix.Values.index_select(0, promptOfRow), values_BKTC], dim: 2));

    /// <summary>One layer's prompts.</summary>
    private sealed class Prefix(PrefixedKeyValues all, (Tensor Keys, Tensor Values) prompts) : KeyValues
    {
        public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC) =>
            all.Join(prompts, keys_BKTC, values_BKTC);
    }
}
