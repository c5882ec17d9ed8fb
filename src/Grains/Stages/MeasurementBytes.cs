using System.IO.Compression;
using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Grains;

/// <summary>The outcomes of an evaluation as they are stored: JSON in Brotli, about a tenth of the JSON.</summary>
public static class MeasurementBytes
{
    public static byte[] Write(IReadOnlyList<Measurement> measurements)
    {
        using MemoryStream bytes = new();
        using (BrotliStream packed = new(bytes, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(packed, measurements, SpecJson.Options);
        }

        return bytes.ToArray();
    }

    /// <exception cref="Fault">FileDamaged: the bytes are no measurements.</exception>
    public static IReadOnlyList<Measurement> Read(byte[] bytes, string source)
    {
        try
        {
            using BrotliStream packed = new(new MemoryStream(bytes), CompressionMode.Decompress);
            return JsonSerializer.Deserialize<List<Measurement>>(packed, SpecJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new Fault(FaultCode.FileDamaged, source, $"holds no measurements: {e.Message}", e);
        }
    }
}
