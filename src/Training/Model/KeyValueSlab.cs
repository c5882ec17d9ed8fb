namespace ViSurf.Training.Model;

/// <summary>Keys and values of slots, in space reserved once for all layers: nothing grows, nothing is joined to a copy.</summary>
/// <remarks>Letters: R slots, N slots in use, K key/value heads, S reserved places, L places in use, C width of a head.</remarks>
internal sealed class KeyValueSlab : IDisposable
{
    private readonly List<(Tensor Keys_RKSC, Tensor Values_RKSC)> layers = [];

    /// <summary>Reserves space in the type and on the device of what was recorded.</summary>
    public KeyValueSlab(IReadOnlyList<(Tensor Keys, Tensor Values)> recorded, int slots, int places)
    {
        foreach ((Tensor keys, Tensor values) in recorded)
        {
            layers.Add((Reserve(keys), Reserve(values)));
        }

        // Hidden places are multiplied by 0: they must hold numbers.
        Tensor Reserve(Tensor like_BKSC) =>
            zeros([slots, like_BKSC.shape[1], places, like_BKSC.shape[3]], like_BKSC.dtype, like_BKSC.device).DetachFromDisposeScope();
    }

    /// <summary>Bytes held.</summary>
    public long Bytes => layers.Sum(layer => BytesOf(layer.Keys_RKSC) + BytesOf(layer.Values_RKSC));

    public static long BytesOf(Tensor tensor) => tensor.numel() * tensor.element_size();

    /// <summary>The first places of the first slots: views.</summary>
    public (Tensor Keys_NKLC, Tensor Values_NKLC) Read(int layer, int slots, int places)
    {
        (Tensor keys, Tensor values) = layers[layer];
        return (keys.narrow(0, 0, slots).narrow(2, 0, places), values.narrow(0, 0, slots).narrow(2, 0, places));
    }

    /// <summary>Writes one place of each of the first slots: the same for all.</summary>
    public void Write(int layer, int place, Tensor keys_NK1C, Tensor values_NK1C)
    {
        (Tensor keys, Tensor values) = layers[layer];
        keys.narrow(0, 0, keys_NK1C.shape[0]).narrow(2, place, 1).copy_(keys_NK1C);
        values.narrow(0, 0, keys_NK1C.shape[0]).narrow(2, place, 1).copy_(values_NK1C);
    }

    /// <summary>Writes one place of each of the first slots, each its own.</summary>
    /// <param name="flat">Index of each slot's and head's place in the slab seen as [R K S, C]; see <see cref="Flat"/>.</param>
    public void Write(int layer, Tensor flat, Tensor keys_NK1C, Tensor values_NK1C)
    {
        (Tensor keys, Tensor values) = layers[layer];
        long width = keys.shape[3];
        keys.view(-1, width).index_copy_(0, flat, keys_NK1C.reshape(-1, width));
        values.view(-1, width).index_copy_(0, flat, values_NK1C.reshape(-1, width));
    }

    /// <summary>The index that <see cref="Write(int, Tensor, Tensor, Tensor)"/> takes, for one place of each slot.</summary>
    public Tensor Flat(ReadOnlySpan<int> placeOfSlot)
    {
        Tensor keys = layers[0].Keys_RKSC;
        (long heads, long places) = (keys.shape[1], keys.shape[2]);
        long[] flat = new long[placeOfSlot.Length * heads];
        for (int i = 0; i < flat.Length; i++)
        {
            flat[i] = (i * places) + placeOfSlot[(int)(i / heads)];
        }

        return tensor(flat, device: keys.device);
    }

    /// <summary>Copies prompts to the first places of slots.</summary>
    /// <param name="slots">Index of the slots; null where they are the first ones in order, which is much faster.</param>
    public void Fill(int layer, Tensor? slots, Tensor keys_NKSC, Tensor values_NKSC)
    {
        Copy(layers[layer].Keys_RKSC, keys_NKSC);
        Copy(layers[layer].Values_RKSC, values_NKSC);

        void Copy(Tensor to_RKSC, Tensor from_NKSC)
        {
            Tensor places = to_RKSC.narrow(2, 0, from_NKSC.shape[2]);
            if (slots is null)
            {
                places.narrow(0, 0, from_NKSC.shape[0]).copy_(from_NKSC);
            }
            else
            {
                places.index_copy_(0, slots, from_NKSC);
            }
        }
    }

    /// <summary>Copies the first places of slots to other slots.</summary>
    public void Move(Tensor from, Tensor to, int places)
    {
        foreach ((Tensor keys, Tensor values) in layers)
        {
            Copy(keys.narrow(2, 0, places));
            Copy(values.narrow(2, 0, places));
        }

        void Copy(Tensor x_RKLC) => x_RKLC.index_copy_(0, to, x_RKLC.index_select(0, from));
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
