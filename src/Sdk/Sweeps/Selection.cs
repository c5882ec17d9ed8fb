using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Some coordinates, each with the values that fit: of exclude, and of an axis' when.</summary>
internal sealed class Selection
{
    private readonly Dictionary<string, HashSet<string>> allowed = [];

    /// <summary>Reads a selection, or says which of its names or values the grid does not have.</summary>
    /// <param name="known">The grid's coordinates with their values; null where any value may be one.</param>
    public static Selection Read(Mistakes wrong, IReadOnlyDictionary<string, JsonNode> map, string at,
        IReadOnlyDictionary<string, IReadOnlyCollection<string>?> known)
    {
        Selection selection = new();
        wrong.Unless(map.Count > 0, at, "is empty; at least one coordinate is wanted");
        foreach ((string name, JsonNode? node) in map)
        {
            if (!wrong.Unless(known.TryGetValue(name, out IReadOnlyCollection<string>? values), $"{at}.{name}",
                $"is no coordinate here; known: {string.Join(", ", CoordinateNames.Ordered(known.Keys))}"))
            {
                continue;
            }

            string[] wanted = [.. (node as JsonArray ?? [node?.DeepClone()]).Select(AxisValues.Text)];
            foreach (string text in wanted.Where(text => values is not null && !values.Contains(text)))
            {
                wrong.Add($"{at}.{name}", $"is '{text}'; its values: {string.Join(", ", values!)}");
            }

            selection.allowed[name] = [.. wanted];
        }

        return selection;
    }

    /// <summary>Whether a combination has all of these coordinates.</summary>
    public bool Fits(IReadOnlyDictionary<string, JsonNode?> coordinates) => allowed.All(pair =>
        coordinates.TryGetValue(pair.Key, out JsonNode? value) && pair.Value.Contains(AxisValues.Text(value)));
}
