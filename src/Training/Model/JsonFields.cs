using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Training.Model;

/// <summary>Fields of a model folder's JSON file, looked up in several objects in turn. A wrong one is a fault that names it.</summary>
/// <param name="path">The file, and the place in it.</param>
internal sealed class JsonFields(string path, params JsonObject[] levels)
{
    /// <summary>Reads a file whose root is an object; no object of it may say a field twice.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged.</exception>
    public static JsonObject ReadFile(string path)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        try
        {
            JsonObject root = JsonNode.Parse(File.ReadAllBytes(path), documentOptions: new() { AllowDuplicateProperties = false })
                as JsonObject ?? throw new Fault(FaultCode.FileDamaged, path, "is no JSON object");
            DecodeTexts(root);
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"is no JSON: {e.Message}", e);
        }
    }

    // Names and texts are decoded when they are first asked for: here, where a broken one is the file's fault.
    private static void DecodeTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach ((_, JsonNode? value) in map)
                {
                    DecodeTexts(value);
                }

                break;
            case JsonArray list:
                foreach (JsonNode? value in list)
                {
                    DecodeTexts(value);
                }

                break;
            case JsonValue value:
                value.TryGetValue(out string? _);
                break;
        }
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>A whole number from 0 to a limit.</summary>
    public int Whole(string name, int? fallback = null, int max = int.MaxValue) => Find(name) is { } value
        ? Within(name, Read<int>(name, value, "a whole number"), 0, max)
        : fallback ?? throw Missing(name);

    /// <summary>A whole number from 1 to a limit.</summary>
    public int Size(string name, int? fallback = null, int max = 10_000_000) => Find(name) is { } value
        ? Within(name, Read<int>(name, value, "a whole number"), 1, max)
        : fallback ?? throw Missing(name);

    public long Long(string name, long fallback) =>
        Find(name) is { } value ? Within(name, Read<long>(name, value, "a whole number"), 1L, 1L << 40) : fallback;

    /// <summary>A number above 0.</summary>
    public double Number(string name, double fallback)
    {
        double value = Find(name) is { } node ? Read<double>(name, node, "a number") : fallback;
        Demand(value > 0 && double.IsFinite(value), name, "must be a number above 0");
        return value;
    }

    public bool Flag(string name, bool fallback) => Find(name) is { } value ? Read<bool>(name, value, "true or false") : fallback;

    public string Text(string name, string fallback) => Find(name) is { } value ? Read<string>(name, value, "a text") : fallback;

    /// <summary>A list of whole numbers, or one alone.</summary>
    public int[] Wholes(string name) => Find(name) switch
    {
        JsonArray list => [.. list.Select(item => Within(name, Read<int>(name, item, "whole numbers"), 0, int.MaxValue))],
        { } one => [Within(name, Read<int>(name, one, "a whole number"), 0, int.MaxValue)],
        null => throw Missing(name),
    };

    public double[] Numbers(string name, int count)
    {
        JsonArray list = Find(name) as JsonArray ?? throw Missing(name);
        double[] numbers = [.. list.Select(item => Read<double>(name, item, "numbers"))];
        Demand(numbers.Length == count && Array.TrueForAll(numbers, double.IsFinite), name, $"must be {count} numbers");
        return numbers;
    }

    public JsonFields Inside(params string[] names) =>
        new(path, [.. names.SelectMany(name => levels.Select(level => level[name])).OfType<JsonObject>()]);

    public void Demand(bool holds, string name, string reason) =>
        Fault.Unless(holds, FaultCode.SpecInvalid, $"{path}: {name}", reason);

    private T Within<T>(string name, T value, T min, T max)
        where T : IComparable<T>
    {
        Demand(value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0, name, $"is {value}; allowed: {min} to {max}");
        return value;
    }

    private T Read<T>(string name, JsonNode? node, string wanted)
    {
        if (node is JsonValue value && value.TryGetValue(out T? read))
        {
            return read;
        }

        throw new Fault(FaultCode.SpecInvalid, $"{path}: {name}", $"must be {wanted}");
    }

    private Fault Missing(string name) => new(FaultCode.SpecInvalid, $"{path}: {name}", "is missing");

    private JsonNode? Find(string name) => levels.Select(level => level[name]).FirstOrDefault(value => value is not null);
}
