using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>The coordinates of a grid, and which values they may have.</summary>
internal sealed record GridNames(
    IReadOnlyDictionary<string, GridAxis> Axes, IReadOnlyDictionary<string, IReadOnlyList<JsonNode?>> Always)
{
    /// <summary>Coordinates that every combination has, with their values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>?> Unconditional { get; } =
        Always.ToDictionary(pair => pair.Key, pair => (IReadOnlyCollection<string>?)Texts(pair.Value));

    /// <summary>All coordinates; null for the values of those that are drawn.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>?> All => Axes.Values
        .Where(axis => !Always.ContainsKey(axis.Name))
        .Select(axis => KeyValuePair.Create(axis.Name, axis.IsDrawn ? null : (IReadOnlyCollection<string>?)Texts(AxisValues.Of(axis.Spec))))
        .Concat(Unconditional).ToDictionary();

    /// <summary>Reads axes and variants, or says what is wrong with them.</summary>
    public static GridNames Read(Mistakes wrong, SweepSpec spec, IReadOnlyDictionary<string, string> fixedNames)
    {
        wrong.Unless(spec.Axes is null or { Count: > 0 }, "axes", "is empty; at least one axis is wanted");
        wrong.Unless(spec.Variants is null or { Count: > 0 }, "variants", "is empty; at least one variant is wanted");
        GridAxis[] axes = [.. (spec.Axes ?? new Dictionary<string, JsonNode>())
            .Select(pair => GridAxis.Read(wrong, pair.Key, pair.Value)).OfType<GridAxis>()];
        foreach (GridAxis inner in axes)
        {
            GridAxis? outer = Array.Find(axes, one => one != inner && SpecPath.IsWithin(inner.Path, one.Path));
            wrong.Unless(outer is null, $"axes.{inner.Name}", $"lies within the axis {outer?.Name}");
        }

        foreach ((string variant, IReadOnlyDictionary<string, JsonNode> set) in spec.Variants ?? NoVariants)
        {
            CheckVariant(wrong, variant, set ?? new Dictionary<string, JsonNode>(), axes);
        }

        Dictionary<string, IReadOnlyList<JsonNode?>> always = fixedNames.ToDictionary(
            pair => pair.Key, pair => (IReadOnlyList<JsonNode?>)[JsonValue.Create(pair.Value)]);
        foreach (GridAxis axis in axes.Where(axis => !axis.IsDrawn && axis.Spec.When is null))
        {
            always[axis.Name] = AxisValues.Of(axis.Spec);
        }

        if (spec.Variants is not null)
        {
            always[CoordinateNames.Variant] = [.. spec.Variants.Keys.Select(name => JsonValue.Create(name))];
        }

        return new(axes.ToDictionary(axis => axis.Name), always);
    }

    private static readonly Dictionary<string, IReadOnlyDictionary<string, JsonNode>> NoVariants = [];

    private static void CheckVariant(
        Mistakes wrong, string variant, IReadOnlyDictionary<string, JsonNode> set, IReadOnlyCollection<GridAxis> axes)
    {
        wrong.Text(variant, "variants");
        foreach (string path in set.Keys)
        {
            string at = $"variants.{variant}.{path}";
            if (wrong.Unless(!CoordinateNames.IsShort(path), at, $"is given by the axis {path}"))
            {
                CoordinateNames.Check(wrong, path, at);
            }

            GridAxis? axis = axes.FirstOrDefault(axis => SpecPath.IsWithin(axis.Path, path) || SpecPath.IsWithin(path, axis.Path));
            wrong.Unless(axis is null, at, $"is set by the axis {axis?.Name}, too; allowed: one of the two");
        }
    }

    private static IReadOnlyCollection<string> Texts(IEnumerable<JsonNode?> values) => [.. values.Select(AxisValues.Text)];
}
