using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace ViSurf.Sdk;

/// <summary>Dotted paths of a spec's fields.</summary>
internal static class SpecPath
{
    /// <summary>Sets a field, where there is a map of fields to set it in.</summary>
    public static void Set(Mistakes wrong, JsonObject root, string path, JsonNode? value)
    {
        string[] parts = path.Split('.');
        JsonObject at = root;
        foreach (string part in parts[..^1])
        {
            at[part] ??= new JsonObject();
            if (at[part] is not JsonObject below)
            {
                wrong.Add(path, $"'{part}' is a value, not a map of fields");
                return;
            }

            at = below;
        }

        at[parts[^1]] = value;
    }

    /// <summary>The value of a field; null where there is none.</summary>
    public static JsonNode? Get(JsonNode? root, string path) =>
        path.Split('.').Aggregate(root, (at, part) => (at as JsonObject)?[part]);

    /// <summary>Whether a path is another one or lies below it.</summary>
    public static bool IsWithin(string path, string other) => path.StartsWith(other, StringComparison.Ordinal)
        && (path.Length == other.Length || path[other.Length] is '.' or '[');

    /// <summary>The type of an experiment's field.</summary>
    /// <param name="known">Where there is no such field: those that stand beside it.</param>
    /// <returns>Null where an experiment has no such field.</returns>
    public static Type? TypeOf(string path, out IEnumerable<string> known)
    {
        JsonTypeInfo at = SpecJson.Options.GetTypeInfo(typeof(ExperimentSpec));
        known = [];
        foreach (string part in path.Split('.'))
        {
            JsonPropertyInfo[] fields = [.. at.Properties.Where(p => p.Set is not null)];
            known = fields.Select(p => p.Name);
            if (Array.Find(fields, p => p.Name == part) is not { } property)
            {
                return null;
            }

            at = SpecJson.Options.GetTypeInfo(property.PropertyType);
        }

        return at.Type;
    }
}
