namespace ViSurf.Training.Model;

/// <summary>What a decoder layer attends to: its own keys and values, and those of tokens before.</summary>
/// <remarks>Letters: B rows, K key/value heads, T new tokens, S all tokens, C width of a head.</remarks>
public abstract class KeyValues
{
    /// <summary>Takes the new tokens' keys and values of a layer; returns all that the new tokens may attend to.</summary>
    public abstract (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC);
}

/// <summary>Remembers what was computed, gradients and all: a prompt, of which many continuations are scored.</summary>
public sealed class RecordedKeyValues : KeyValues
{
    private readonly List<(Tensor Keys, Tensor Values)> layers = [];

    public IReadOnlyList<(Tensor Keys, Tensor Values)> Layers => layers;

    public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC)
    {
        layers.Add((keys_BKTC, values_BKTC));
        return (keys_BKTC, values_BKTC);
    }
}

/// <summary>Recorded prompts in front of each row: rows of one group share their prompt, and its gradient gathers from all.</summary>
public sealed class PrefixedKeyValues(RecordedKeyValues prompts, Tensor promptOfRow) : KeyValues
{
    public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC)
    {
        (Tensor keys, Tensor values) = prompts.Layers[layer];
        return (cat([keys.index_select(0, promptOfRow), keys_BKTC], dim: 2),
            cat([values.index_select(0, promptOfRow), values_BKTC], dim: 2));
    }
}
