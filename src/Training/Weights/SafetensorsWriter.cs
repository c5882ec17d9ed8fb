using System.Buffers.Binary;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Training.Weights;

/// <summary>Writes safetensors, as the reference does: the header padded with spaces to a multiple of 8 bytes.</summary>
public static class SafetensorsWriter
{
    private const int Window = 16 << 20;

    /// <summary>Writes tensors in the given order.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) =>
        WriteEach(path, [.. tensors.Select(pair => PlannedTensor.Of(pair.Key, pair.Value))], metadata);

    /// <summary>Writes tensors one at a time, and brings them to disk. Beside the tensor that takes the memory of a window.</summary>
    /// <param name="header">The header's bytes, where another file's are to be kept; null makes them.</param>
    public static void WriteEach(string path, IReadOnlyList<PlannedTensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null, byte[]? header = null)
    {
        using FileStream file = File.Create(path);
        Start(file, header ?? Header([.. tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Shape, tensor.Length))], metadata));
        foreach (PlannedTensor tensor in tensors)
        {
            Write(file, tensor);
        }

        file.Flush(flushToDisk: true);
    }

    /// <summary>Writes tensors that were copied to managed memory before, and brings them to disk.</summary>
    public static void Write(string path, IReadOnlyList<TensorBytes> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using FileStream file = File.Create(path);
        Write(file, tensors, metadata);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Writes tensors that were copied to managed memory before.</summary>
    public static void Write(Stream file, IReadOnlyList<TensorBytes> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        Start(file, Header([.. tensors.Select(tensor => (tensor.Name, tensor.Type, tensor.Shape, tensor.Length))], metadata));
        foreach (byte[] chunk in tensors.SelectMany(tensor => tensor.Chunks))
        {
            file.Write(chunk);
        }
    }

    private static byte[] Header(IEnumerable<(string Name, ScalarType Type, long[] Shape, long Length)> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        JsonObject header = [];
        if (metadata is { Count: > 0 })
        {
            header["__metadata__"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        long at = 0;
        foreach ((string name, ScalarType type, long[] shape, long length) in tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = type.Word(),
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(at, at + length),
            };
            at += length;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        byte[] padded = new byte[(json.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }

    private static void Start(Stream file, byte[] header)
    {
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        file.Write(prefix);
        file.Write(header);
    }

    private static void Write(Stream file, PlannedTensor planned)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor tensor = planned.Make();
        if (!tensor.shape.AsSpan().SequenceEqual(planned.Shape))
        {
            throw new UnreachableException($"tensor '{planned.Name}' was planned with another shape");
        }

        if (planned.Length == 0)
        {
            return;
        }

        Tensor flat = tensor.detach().contiguous().view(-1);
        long most = Window / planned.Type.ElementSize();
        for (long at = 0; at < flat.shape[0]; at += most)
        {
            using var window = NewDisposeScope();
            file.Write(flat.narrow(0, at, Math.Min(most, flat.shape[0] - at)).to(planned.Type, CPU).bytes);
        }
    }
}
