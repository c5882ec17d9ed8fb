using System.Buffers.Binary;
using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Training.Weights;

/// <summary>Reads a safetensors file: 8 bytes of header length, a JSON header, raw little-endian data.</summary>
/// <remarks>Every length and offset of the header is checked against the file before a tensor is made.</remarks>
public sealed class SafetensorsFile
{
    private const long HeaderMax = 100_000_000; // the reference reader's limit
    private readonly string path;
    private readonly Dictionary<string, SafetensorsEntry> entries = [];
    private readonly long dataStart;

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="Fault">NotFound, or FileDamaged naming the file and what is wrong.</exception>
    public SafetensorsFile(string path)
    {
        this.path = path;
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        using FileStream file = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        Demand(file.Length >= 8, "is shorter than 8 bytes");
        file.ReadExactly(prefix);
        long header = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        Demand(header is >= 2 and <= HeaderMax && header <= file.Length - 8, $"has a header of {header} bytes in a file of {file.Length}");
        byte[] json = new byte[header];
        file.ReadExactly(json);
        dataStart = 8 + header;
        ReadHeader(json, file.Length - dataStart);
    }

    /// <summary>The tensors' descriptions by name, in the order of the header.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => entries;

    /// <summary>Free text of the writer.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>A new tensor with the data of one entry.</summary>
    /// <exception cref="Fault">NotFound where no tensor has that name.</exception>
    public Tensor Read(string name)
    {
        Fault.Unless(entries.TryGetValue(name, out SafetensorsEntry? entry), FaultCode.NotFound, path, $"has no tensor '{name}'");
        Tensor tensor = empty(entry.Shape, entry.Type);
        using FileStream file = File.OpenRead(path);
        file.Position = dataStart + entry.Start;
        if (entry.Length > 0)
        {
            file.ReadExactly(tensor.bytes);
        }

        return tensor;
    }

    private void ReadHeader(byte[] json, long dataLength)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (JsonProperty pair in property.Value.EnumerateObject())
                    {
                        Metadata[pair.Name] = pair.Value.GetString() ?? "";
                    }
                }
                else
                {
                    entries[property.Name] = ReadEntry(property, dataLength);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"has a header that is not safetensors: {e.Message}", e);
        }

        CheckTiling(dataLength);
    }

    private SafetensorsEntry ReadEntry(JsonProperty property, long dataLength)
    {
        string name = property.Name;
        string? word = property.Value.GetProperty("dtype").GetString();
        Demand(SafetensorsTypes.TryParse(word, out ScalarType type), $"tensor '{name}' has the unknown type '{word}'");
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        Demand(offsets.Length == 2 && offsets[0] >= 0 && offsets[0] <= offsets[1] && offsets[1] <= dataLength,
            $"tensor '{name}' lies outside the file");
        Int128 bytes = type.ElementSize();
        foreach (long size in shape)
        {
            Demand(size >= 0, $"tensor '{name}' has a negative size");
            bytes *= size;
            Demand(bytes <= dataLength, $"tensor '{name}' is larger than the file");
        }

        Demand(bytes == offsets[1] - offsets[0], $"tensor '{name}' has {offsets[1] - offsets[0]} bytes where its shape wants {bytes}");
        return new(name, type, shape, offsets[0], offsets[1] - offsets[0]);
    }

    // The format asks for data without gaps or overlaps: a hole could carry another file along.
    private void CheckTiling(long dataLength)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries.Values.OrderBy(entry => entry.Start).ThenBy(entry => entry.Length))
        {
            Demand(entry.Start == end, $"tensor '{entry.Name}' overlaps another or leaves a gap");
            end += entry.Length;
        }

        Demand(end == dataLength, $"has {dataLength - end} bytes that belong to no tensor");
    }

    private void Demand(bool holds, string reason) => Fault.Unless(holds, FaultCode.FileDamaged, path, reason);
}

/// <summary>Where one tensor lies in a safetensors file; offsets count from the end of the header.</summary>
public sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Start, long Length);
