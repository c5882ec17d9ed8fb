using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Training.Weights;

/// <summary>Writes safetensors, as the reference does: the header padded with spaces to a multiple of 8 bytes.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes tensors in the given order.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(path, [.. tensors.Select(pair => TensorBytes.Of(pair.Key, pair.Value))], metadata);

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
        JsonObject header = [];
        if (metadata is not null)
        {
            header["__metadata__"] = new JsonObject(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        }

        long at = 0;
        foreach (TensorBytes tensor in tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.Type.Word(),
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => (JsonNode)size)]),
                ["data_offsets"] = new JsonArray(at, at + tensor.Data.Length),
            };
            at += tensor.Data.Length;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        int padded = (json.Length + 7) / 8 * 8;
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, padded);
        file.Write(prefix);
        file.Write(json);
        for (int i = json.Length; i < padded; i++)
        {
            file.WriteByte((byte)' ');
        }

        foreach (TensorBytes tensor in tensors)
        {
            file.Write(tensor.Data);
        }
    }
}

/// <summary>A tensor's value in managed memory: what a writer on another thread may hold.</summary>
public sealed record TensorBytes(string Name, ScalarType Type, long[] Shape, byte[] Data)
{
    /// <summary>Copies a tensor of any device.</summary>
    public static TensorBytes Of(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Tensor plain = tensor.detach().cpu().contiguous();
        return new(name, plain.dtype, plain.shape, plain.bytes.ToArray());
    }

    /// <summary>Copies a named set of tensors.</summary>
    public static TensorBytes[] Of(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        [.. tensors.Select(pair => Of(pair.Key, pair.Value))];
}
