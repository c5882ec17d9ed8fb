using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Training.Weights;

/// <summary>Reads a safetensors file: 8 bytes of header length, a JSON header, raw little-endian data.</summary>
/// <remarks>
/// Every length and offset of the header is checked against the file before a tensor is made. Data are mapped a window at a time and
/// go from there to the tensor, converted on the way: beside the tensor itself a read takes the memory of two windows.
/// </remarks>
public sealed class SafetensorsFile
{
    private const long HeaderMax = 100_000_000; // the reference reader's limit
    private const long ElementsMax = 1L << 40;
    private const int AxesMax = 8;
    private const int Window = 16 << 20;

    // More than the allocator ever puts on its heap (glibc: 32 MiB): a smaller one leaves holes between the tensors, up to a third of
    // their size. What is beyond a window is never touched, so it takes no memory.
    private const int ScratchBytes = 33 << 20;
    private readonly string path;
    private readonly Dictionary<string, SafetensorsEntry> entries = [];
    private readonly long dataStart;
    private readonly long length;

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="Fault">NotFound, or FileDamaged naming the file and what is wrong.</exception>
    public SafetensorsFile(string path)
    {
        this.path = path;
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        using FileStream file = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        length = file.Length;
        Demand(length >= 8, "is shorter than 8 bytes");
        file.ReadExactly(prefix);
        long header = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        Demand(header is >= 2 and <= HeaderMax && header <= file.Length - 8, $"has a header of {header} bytes in a file of {file.Length}");
        byte[] json = new byte[header];
        file.ReadExactly(json);
        dataStart = 8 + header;
        ReadHeader(json, file.Length - dataStart);
    }

    /// <summary>Where the file is.</summary>
    public string Path => path;

    /// <summary>The tensors' descriptions by name, in the order of the header.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => entries;

    /// <summary>Free text of the writer.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The header as it is stored, without its length, with its padding.</summary>
    public byte[] ReadHeaderBytes()
    {
        using FileStream file = File.OpenRead(path);
        byte[] header = new byte[dataStart - 8];
        file.Position = 8;
        file.ReadExactly(header);
        return header;
    }

    /// <summary>A new tensor with the data of one entry, in its own type, on the processor.</summary>
    /// <exception cref="Fault">NotFound where no tensor has that name. FileDamaged: the file has changed since it was opened.</exception>
    public Tensor Read(string name) => Read(name, null);

    /// <summary>A new tensor with the data of one entry.</summary>
    /// <param name="placement">Where it is to live and how wide its numbers are; null is as they are stored, on the processor.</param>
    /// <exception cref="Fault">NotFound where no tensor has that name. FileDamaged: the file has changed since it was opened.</exception>
    public Tensor Read(string name, Placement? placement)
    {
        Fault.Unless(entries.TryGetValue(name, out SafetensorsEntry? entry), FaultCode.NotFound, path, $"has no tensor '{name}'");
        (ScalarType type, Device device) = placement is null ? (entry.Type, CPU) : (placement.Type, placement.Device);
        bool asStored = type == entry.Type && device.type == DeviceType.CPU;
        int size = (int)entry.Type.ElementSize();
        using Tensor? scratch = asStored ? null : empty(ScratchBytes / size, entry.Type).DetachFromDisposeScope();
        Tensor tensor = empty(entry.Shape, type, device);
        if (entry.Length == 0)
        {
            return tensor;
        }

        // Mapped pages beyond the end of a file end the process.
        Demand(new FileInfo(path).Length == length, "has changed since it was opened");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        Tensor flat = tensor.view(-1);
        for (long at = 0; at < entry.Length; at += Window)
        {
            long count = Math.Min(Window, entry.Length - at) / size;
            using Tensor part = flat.narrow(0, at / size, count);
            using Tensor? stored = scratch?.narrow(0, 0, count);
            using MemoryMappedViewAccessor view =
                mapped.CreateViewAccessor(dataStart + entry.Start + at, count * size, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)view.PointerOffset, (stored ?? part).bytes);
            if (stored is not null)
            {
                part.copy_(stored);
            }
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
        Demand(shape.Length <= AxesMax, $"tensor '{name}' has {shape.Length} axes; allowed: up to {AxesMax}");
        Int128 bytes = type.ElementSize();
        Int128 elements = 1;
        foreach (long size in shape)
        {
            Demand(size >= 0, $"tensor '{name}' has a negative size");
            bytes *= size;
            elements *= Math.Max(size, 1); // an empty tensor's other sizes count, too
            Demand(bytes <= dataLength && elements <= ElementsMax, $"tensor '{name}' is larger than the file");
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
