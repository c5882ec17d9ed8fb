using System.Text.Json.Nodes;

namespace ViSurf.Tests;

/// <summary>Changes of a spec's JSON, as people and programs make them by mistake.</summary>
internal static class SpecMutations
{
    /// <summary>What a value is exchanged for; null removes it.</summary>
    public static readonly string?[] Values =
    [
        null, "null", "true", "0", "-1", "1e999", "99999999999999999999", "0.5", "\"\"", "\"x\"", "\"a.b\"", "\"../..\"", "[]", "[null]",
        "{}", "{\"a\":null}", "{\"\":1}", "[[[]]]", "\"\\u0000\"", "{\"a.b\":{\"c\":[1]}}",
    ];

    /// <summary>Exchanges the value at a place, counted from the root, for another.</summary>
    public static string Change(string json, int place, string? value)
    {
        if (json.Length == 0)
        {
            return json;
        }

        JsonNode? root = JsonNode.Parse(json);
        List<JsonNode?> all = [.. All(root)];
        JsonNode? old = all[place % all.Count];
        string marker = Guid.NewGuid().ToString("n");
        switch (old?.Parent)
        {
            case JsonObject map when value is null:
                map.Remove(old.GetPropertyName());
                return root!.ToJsonString();
            case JsonObject map:
                map[old.GetPropertyName()] = marker;
                break;
            case JsonArray list when value is null:
                list.RemoveAt(old.GetElementIndex());
                return root!.ToJsonString();
            case JsonArray list:
                list[old.GetElementIndex()] = marker;
                break;
            default:
                return value ?? "";
        }

        return root!.ToJsonString().Replace($"\"{marker}\"", value, StringComparison.Ordinal);
    }

    private static IEnumerable<JsonNode?> All(JsonNode? node) => node switch
    {
        JsonObject map => [node, .. map.SelectMany(pair => All(pair.Value))],
        JsonArray list => [node, .. list.SelectMany(All)],
        _ => [node],
    };
}
