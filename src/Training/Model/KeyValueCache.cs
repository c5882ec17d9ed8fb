namespace ViSurf.Training.Model;

/// <summary>Keys and values of generation, in space reserved once for the longest response.</summary>
/// <remarks>Letters: B rows, K key/value heads, S reserved places, C width of a head.</remarks>
public sealed class KeyValueCache : KeyValues, IDisposable
{
    private readonly List<(Tensor Keys, Tensor Values)> layers = [];

    /// <summary>Copies recorded prompts to the rows that continue them.</summary>
    /// <param name="room">Places for tokens after the prompt.</param>
    public KeyValueCache(RecordedKeyValues prompts, Tensor promptOfRow, int room)
    {
        using var scope = NewDisposeScope();
        foreach ((Tensor keys, Tensor values) in prompts.Layers)
        {
            layers.Add((Reserve(keys), Reserve(values)));
            Length = (int)keys.shape[2];
        }

        Tensor Reserve(Tensor prompt_BKSC)
        {
            long[] shape = prompt_BKSC.shape;
            Tensor reserved = empty([promptOfRow.shape[0], shape[1], shape[2] + room, shape[3]], prompt_BKSC.dtype, prompt_BKSC.device);
            reserved.narrow(2, 0, shape[2]).copy_(prompt_BKSC.index_select(0, promptOfRow));
            return reserved.DetachFromDisposeScope();
        }
    }

    /// <summary>Places in use.</summary>
    public int Length { get; private set; }

    public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC)
    {
        (Tensor keys, Tensor values) = layers[layer];
        long added = keys_BKTC.shape[2];
        keys.narrow(2, Length, added).copy_(keys_BKTC);
        values.narrow(2, Length, added).copy_(values_BKTC);
        int length = Length + (int)added;
        if (layer == layers.Count - 1)
        {
            Length = length;
        }

        return (keys.narrow(2, 0, length), values.narrow(2, 0, length));
    }

    /// <summary>Keeps only the given rows.</summary>
    public void Keep(Tensor rows)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            (Tensor keys, Tensor values) = layers[i];
            layers[i] = (keys.index_select(0, rows).DetachFromDisposeScope(), values.index_select(0, rows).DetachFromDisposeScope());
            keys.Dispose();
            values.Dispose();
        }
    }

    public void Dispose()
    {
        foreach ((Tensor keys, Tensor values) in layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }
}
