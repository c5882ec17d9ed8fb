namespace ViSurf.Training.Weights;

/// <summary>A tensor's value in managed memory: what a writer on another thread may hold.</summary>
/// <param name="Chunks">Its bytes, in order.</param>
public sealed record TensorBytes(string Name, ScalarType Type, long[] Shape, IReadOnlyList<byte[]> Chunks)
{
    private const int ChunkMax = 256 << 20; // an array ends at 2 GiB, and the moments of a 7B's embedding do not

    /// <summary>Bytes.</summary>
    public long Length => Chunks.Sum(chunk => (long)chunk.Length);

    /// <summary>Copies a tensor of any device.</summary>
    /// <param name="chunk">The most bytes of an array.</param>
    public static TensorBytes Of(string name, Tensor tensor, int chunk = ChunkMax)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = tensor.detach().contiguous().view(-1);
        long most = chunk / tensor.dtype.ElementSize();
        List<byte[]> chunks = [];
        for (long at = 0; at < flat.shape[0]; at += most)
        {
            using var window = NewDisposeScope();
            chunks.Add(flat.narrow(0, at, Math.Min(most, flat.shape[0] - at)).cpu().bytes.ToArray());
        }

        return new(name, tensor.dtype, tensor.shape, chunks);
    }

    /// <summary>Copies a named set of tensors.</summary>
    public static TensorBytes[] Of(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        [.. tensors.Select(pair => Of(pair.Key, pair.Value))];
}
