namespace ViSurf.Training.Model;

/// <summary>A prompt stands once for all its rows; a row holds its own tokens alone.</summary>
/// <remarks>
/// Attention to a prompt is one product for all its rows. Its softmax and that over a row's own tokens become the softmax over both
/// by their shares: with sums of exponentials e^a and e^b, out = own + sigmoid(a - b) (prompt - own). Softmax is
/// float32; before it, in a narrow type, scores are rounded to that type once, and its shares are once more.
/// Letters: B prompts held, W of them that have rows (a window), G most rows of one prompt, N rows in slots, H query heads,
/// K key/value heads, F = H / K, P prompt's places, L own places in use, C width of a head.
/// </remarks>
internal sealed class SharedPromptCache : KeyValueCache
{
    private readonly KeyValueSlab slab;
    private readonly ScalarType type;
    private readonly Device device;
    private List<(Tensor Keys_BKPC, Tensor Values_BKPC)> prompts;
    private Tensor? padding_B11P;
    private int[] held;
    private Window window = new(0, 0, 0);
    private Tensor? rowOfPlace;
    private Tensor? placeOfRow;
    private Tensor? flat;
    private Tensor? unwritten;

    public SharedPromptCache(RecordedKeyValues read, Tensor? padding_B11P, int slots, int room)
        : base(slots)
    {
        Tensor any = read.Layers[0].Keys;
        (type, device) = (any.dtype, any.device);
        held = [.. Enumerable.Range(0, (int)any.shape[0])];
        prompts = read.Take();
        slab = new(prompts, slots, room);
        this.padding_B11P = padding_B11P?.to(ScalarType.Float32, device).DetachFromDisposeScope();
    }

    public override long Bytes =>
        slab.Bytes + prompts.Sum(layer => KeyValueSlab.BytesOf(layer.Keys_BKPC) + KeyValueSlab.BytesOf(layer.Values_BKPC));

    public override Tensor? Mask => null;

    public override (Tensor Keys_BKSC, Tensor Values_BKSC) Extend(int layer, Tensor keys_BKTC, Tensor values_BKTC) =>
        throw new NotSupportedException("A prompt and its rows' own tokens stand apart: use Attend.");

    internal override Tensor Attend(int layer, Tensor q_BHTC, Tensor keys_BKTC, Tensor values_BKTC)
    {
        if (flat is null)
        {
            slab.Write(layer, Longest - 1, keys_BKTC, values_BKTC);
        }
        else
        {
            slab.Write(layer, flat, keys_BKTC, values_BKTC);
        }

        (Tensor keys, Tensor values) = slab.Read(layer, Count, Longest);
        long heads = keys.shape[1];
        long width = keys.shape[3];
        Tensor q_NKFC = q_BHTC.reshape(Count, heads, -1, width).Times(1 / Math.Sqrt(width));
        long fold = q_NKFC.shape[2];
        (Tensor own_NKFC, Tensor ownSum_NKF1) = Part(q_NKFC, keys, values, unwritten);

        (Tensor promptKeys, Tensor promptValues) = prompts[layer];
        (Tensor out_WKGC, Tensor sum_WKG1) = Part(
            ByPrompt(q_NKFC), window.Of(promptKeys), window.Of(promptValues), padding_B11P is null ? null : window.Of(padding_B11P));
        Tensor share_NKF1 = (ByRow(sum_WKG1, fold) - ownSum_NKF1).sigmoid();
        Tensor difference = ByRow(out_WKGC, fold) - own_NKFC;
        return own_NKFC.Plus(difference * share_NKF1).to(type).reshape(q_BHTC.shape);
    }

    public override void Settle(int nextPrompt)
    {
        HashSet<int> needed = [.. Prompts, .. held.Where(prompt => prompt >= nextPrompt)];
        if (needed.Count > 0 && needed.Count * 2 <= held.Length)
        {
            Drop(needed);
        }

        Arrange();
    }

    private protected override void Joined(ReadOnlySpan<int> slots, ReadOnlySpan<int> prompts)
    {
    }

    private protected override void Moved(ReadOnlySpan<int> from, ReadOnlySpan<int> to, int places) =>
        slab.Move(Indices(from, device), Indices(to, device), places);

    private protected override void Advanced()
    {
        flat = null;
        unwritten = Unwritten(ScalarType.Float32, device);
        if (!IsEven)
        {
            int[] places = Lengths.ToArray();
            flat = slab.Flat(Array.ConvertAll(places, length => length - 1));
        }
    }

    private protected override void Dispose(bool disposing)
    {
        Forget(prompts);
        slab.Dispose();
        padding_B11P?.Dispose();
        rowOfPlace?.Dispose();
        placeOfRow?.Dispose();
    }

    // Softmax-weighted values, and the logarithm of the softmax's denominator.
    private (Tensor Out, Tensor LogSum) Part(Tensor q, Tensor keys, Tensor values, Tensor? mask)
    {
        Tensor score = q.matmul(keys.transpose(-2, -1)).to(ScalarType.Float32);
        score = mask is null ? score : score.Plus(mask);
        Tensor logSum = score.logsumexp(-1, keepdim: true);
        return (score.sub(logSum).exp_().to(type).matmul(values).to(ScalarType.Float32), logSum);
    }

    // [N, K, F, C] -> [W, K, G F, C]; places without a row repeat one, and are read by nobody.
    private Tensor ByPrompt(Tensor x_NKFC) => x_NKFC.index_select(0, rowOfPlace!)
        .view(window.Count, window.Rows, x_NKFC.shape[1], x_NKFC.shape[2], x_NKFC.shape[3])
        .transpose(1, 2).reshape(window.Count, x_NKFC.shape[1], -1, x_NKFC.shape[3]);

    // [W, K, G F, C] -> [N, K, F, C].
    private Tensor ByRow(Tensor x_WKGC, long fold) => x_WKGC
        .view(window.Count, x_WKGC.shape[1], window.Rows, fold, x_WKGC.shape[3]).transpose(1, 2)
        .reshape(window.Count * window.Rows, x_WKGC.shape[1], fold, x_WKGC.shape[3]).index_select(0, placeOfRow!);

    // Rows join in the order of their prompts, so those in use lie close together.
    private void Arrange()
    {
        rowOfPlace?.Dispose();
        placeOfRow?.Dispose();
        (rowOfPlace, placeOfRow) = (null, null);
        if (Count == 0)
        {
            return;
        }

        int[] at = new int[Count];
        int[] rows = new int[held.Length];
        int[] nth = new int[Count];
        for (int slot = 0; slot < Count; slot++)
        {
            at[slot] = Array.BinarySearch(held, Prompts[slot]);
            nth[slot] = rows[at[slot]]++;
        }

        int first = at.Min();
        window = new(first, at.Max() - first + 1, rows.Max());
        int[] place = [.. at.Select((prompt, slot) => ((prompt - first) * window.Rows) + nth[slot])];
        int[] row = new int[window.Count * window.Rows];
        for (int slot = 0; slot < Count; slot++)
        {
            row[place[slot]] = slot;
        }

        rowOfPlace = Indices(row, device).DetachFromDisposeScope();
        placeOfRow = Indices(place, device).DetachFromDisposeScope();
    }

    private void Drop(HashSet<int> needed)
    {
        using var scope = NewDisposeScope();
        int[] kept = [.. Enumerable.Range(0, held.Length).Where(i => needed.Contains(held[i]))];
        Tensor index = Indices(kept, device);
        List<(Tensor, Tensor)> before = prompts;
        prompts = [.. before.Select(layer => (Rest(layer.Item1), Rest(layer.Item2)))];
        Forget(before);
        if (padding_B11P is not null)
        {
            Tensor rest = Rest(padding_B11P);
            padding_B11P.Dispose();
            padding_B11P = rest;
        }

        held = [.. kept.Select(i => held[i])];

        Tensor Rest(Tensor x) => x.index_select(0, index).DetachFromDisposeScope();
    }

    private static void Forget(List<(Tensor Keys, Tensor Values)> layers)
    {
        foreach ((Tensor keys, Tensor values) in layers)
        {
            keys.Dispose();
            values.Dispose();
        }
    }

    /// <summary>The prompts that have rows.</summary>
    /// <param name="Rows">The most rows of one prompt.</param>
    private readonly record struct Window(int First, int Count, int Rows)
    {
        public Tensor Of(Tensor x) => x.narrow(0, First, Count);
    }
}
