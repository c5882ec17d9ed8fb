using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ViSurf.Sdk;

/// <summary>Compares nodes with the record that they should become.</summary>
internal static class NodeCheck
{
    /// <summary>Says all that is wrong, and takes it out, so that the rest can be looked at, too.</summary>
    /// <returns>Whether the rest of the node can be read.</returns>
    public static bool Prune(Mistakes wrong, JsonNode? node, JsonTypeInfo type, string path)
    {
        Type? nullable = Nullable.GetUnderlyingType(type.Type);
        if (nullable is not null && node is null)
        {
            return true;
        }

        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when type.Type != typeof(JsonNode):
                return Want(wrong, node, path, "a map of fields", out JsonObject? fields) && PruneFields(wrong, fields!, type, path);
            case JsonTypeInfoKind.Enumerable:
                JsonTypeInfo element = SpecJson.Options.GetTypeInfo(type.ElementType!);
                return Want(wrong, node, path, "a list", out JsonArray? list)
                    & (list?.Index().Count(item => !Prune(wrong, item.Item, element, $"{path}[{item.Index}]")) ?? 0) == 0;
            case JsonTypeInfoKind.Dictionary:
                JsonTypeInfo value = SpecJson.Options.GetTypeInfo(type.ElementType!);
                return Want(wrong, node, path, "a map of fields", out JsonObject? map)
                    & (map?.Count(pair => !Prune(wrong, pair.Value, value, Join(path, pair.Key))) ?? 0) == 0;
            default:
                return type.Type == typeof(JsonNode) || IsLeaf(node, nullable ?? type.Type)
                    || wrong.Unless(false, path, $"is {Text(node)}; allowed: {Allowed(nullable ?? type.Type)}");
        }
    }

    private static bool PruneFields(Mistakes wrong, JsonObject fields, JsonTypeInfo type, string path)
    {
        List<JsonPropertyInfo> known = [.. type.Properties.Where(p => p.Set is not null)];
        foreach ((string name, JsonNode? value) in fields.ToArray())
        {
            JsonPropertyInfo? property = known.Find(p => p.Name == name);
            bool isKnown = wrong.Unless(property is not null, Join(path, name),
                $"is no field; allowed: {string.Join(", ", known.Select(p => p.Name).Order())}");
            if (!isKnown || ((value is not null || !property!.IsSetNullable)
                && !Prune(wrong, value, SpecJson.Options.GetTypeInfo(property!.PropertyType), Join(path, name))))
            {
                fields.Remove(name);
            }
        }

        bool isWhole = true;
        foreach (JsonPropertyInfo property in known.Where(p => p.IsRequired && !fields.ContainsKey(p.Name)))
        {
            isWhole = false;
            string missing = Join(path, property.Name);
            wrong.Unless(wrong.IsAbout(missing), missing, "is missing");
        }

        return isWhole;
    }

    private static bool IsLeaf(JsonNode? node, Type type)
    {
        try
        {
            return node is not null && node.Deserialize(type, SpecJson.Options) is not double.NaN;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false; // the caller says it, with the path and what is allowed
        }
    }

    private static string Allowed(Type type) => type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
        _ when type == typeof(bool) => "true, false",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ => "a text",
    };

    private static bool Want<T>(Mistakes wrong, JsonNode? node, string path, string what, out T? found)
        where T : JsonNode
    {
        found = node as T;
        return wrong.Unless(found is not null, path.Length == 0 ? "the spec" : path, $"is {Text(node)}; allowed: {what}");
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(SpecJson.Options) ?? "null";

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
