namespace ViSurf.Training.Model;

/// <summary>Each row has a copy of its prompt in front of its own tokens: attention is one call, and a group holds its prompt as often
/// as it has rows.</summary>
/// <remarks>Letters: B prompts, N rows in slots, K key/value heads, P prompt's places, S all places in use, C width of a head.</remarks>
internal sealed class CopiedPromptCache : KeyValueCache
{
    private readonly List<(Tensor Keys, Tensor Values)> prompts;
    private readonly KeyValueSlab slab;
    private readonly Tensor? padding_B11P;
    private readonly int promptLength;
    private readonly ScalarType type;
    private readonly Device device;
    private Tensor? padding_N11P;
    private Tensor? flat;

    public CopiedPromptCache(RecordedKeyValues read, Tensor? padding_B11P, int slots, int room)
        : base(slots)
    {
        Tensor any = read.Layers[0].Keys;
        (promptLength, type, device) = ((int)any.shape[2], any.dtype, any.device);
        prompts = read.Take();
        slab = new(prompts, slots, promptLength + room);
        this.padding_B11P = padding_B11P?.to(type, device).DetachFromDisposeScope();
    }

    public override long Bytes =>
        slab.Bytes + prompts.Sum(layer => KeyValueSlab.BytesOf(layer.Keys) + KeyValueSlab.BytesOf(layer.Values));

    public override Tensor? Mask => (padding_N11P, Unwritten(type, device)) switch
    {
        (null, null) => null,
        (null, { } unwritten) => nn.functional.pad(unwritten, [promptLength, 0L]),
        ({ } padding, null) => nn.functional.pad(padding, [0L, Longest]),
        ({ } padding, { } unwritten) => cat([padding, unwritten], dim: -1),
    };

    public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC)
    {
        if (flat is null)
        {
            slab.Write(layer, promptLength + Longest - 1, keys_BKTC, values_BKTC);
        }
        else
        {
            slab.Write(layer, flat, keys_BKTC, values_BKTC);
        }

        return slab.Read(layer, Count, promptLength + Longest);
    }

    public override void Settle(int nextPrompt)
    {
        padding_N11P?.Dispose();
        padding_N11P = padding_B11P?.index_select(0, Indices(Prompts, device)).DetachFromDisposeScope();
        if (prompts.Count > 0 && nextPrompt >= prompts[0].Keys.shape[0])
        {
            Forget();
        }
    }

    private protected override void Joined(ReadOnlySpan<int> slots, ReadOnlySpan<int> prompts)
    {
        Tensor? slot = slots[^1] == slots.Length - 1 ? null : Indices(slots, device);
        Tensor prompt = Indices(prompts, device);
        for (int layer = 0; layer < this.prompts.Count; layer++)
        {
            (Tensor keys, Tensor values) = this.prompts[layer];
            slab.Fill(layer, slot, keys.index_select(0, prompt), values.index_select(0, prompt));
        }
    }

    private protected override void Moved(ReadOnlySpan<int> from, ReadOnlySpan<int> to, int places) =>
        slab.Move(Indices(from, device), Indices(to, device), promptLength + places);

    private protected override void Advanced()
    {
        if (IsEven)
        {
            flat = null;
            return;
        }

        int[] places = new int[Count];
        for (int slot = 0; slot < Count; slot++)
        {
            places[slot] = promptLength + Lengths[slot] - 1;
        }

        flat = slab.Flat(places);
    }

    private protected override void Dispose(bool disposing)
    {
        Forget();
        slab.Dispose();
        padding_B11P?.Dispose();
        padding_N11P?.Dispose();
    }

    private void Forget()
    {
        foreach ((Tensor keys, Tensor values) in prompts)
        {
            keys.Dispose();
            values.Dispose();
        }

        prompts.Clear();
    }
}
