using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Training.Weights;

/// <summary>A model.safetensors.index.json: which shard holds which tensor.</summary>
/// <param name="Shards">A shard's file name by the name of a tensor, in the order of the file.</param>
/// <param name="TotalBytes">What all tensors take; null where the index does not say.</param>
internal sealed record ShardIndex(IReadOnlyDictionary<string, string> Shards, long? TotalBytes)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads an index.</summary>
    /// <exception cref="Fault">FileDamaged: it is no index, or a shard's name leads out of the folder.</exception>
    public static ShardIndex Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), new() { AllowDuplicateProperties = false });
            Dictionary<string, string> shards = [];
            foreach (JsonProperty pair in document.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                string file = pair.Value.GetString() ?? "";
                Demand(IsPlainName(file), path,
                    $"puts tensor '{pair.Name}' into '{file}'; allowed: a name ending in .safetensors, without a folder");
                shards.Add(pair.Name, file);
            }

            Demand(shards.Count > 0, path, "names no tensor");
            return new(shards, Total(document.RootElement));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or OverflowException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no index of safetensors: {e.Message}", e);
        }
    }

    /// <summary>An index as the reference writes it: two spaces, tensors by name.</summary>
    public byte[] ToJson()
    {
        JsonObject map = new(Shards.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));
        JsonObject root = new() { ["metadata"] = new JsonObject { ["total_size"] = TotalBytes }, ["weight_map"] = map };
        return [.. JsonSerializer.SerializeToUtf8Bytes(root, Indented), (byte)'\n'];
    }

    // Some writers store the sum as a float.
    private static long? Total(JsonElement root) =>
        root.TryGetProperty("metadata", out JsonElement metadata) && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("total_size", out JsonElement total)
            ? total.TryGetInt64(out long bytes) ? bytes : checked((long)total.GetDecimal())
            : null;

    private static bool IsPlainName(string file) => file.EndsWith(".safetensors", StringComparison.Ordinal)
        && !file.StartsWith('.') && file.All(letter => letter is not ('/' or '\\' or ':') && !char.IsControl(letter));

    private static void Demand(bool holds, string path, string reason) => Fault.Unless(holds, FaultCode.FileDamaged, path, reason);
}
