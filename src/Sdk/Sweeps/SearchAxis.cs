using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>One direction of a search's space.</summary>
public sealed class SearchAxis
{
    private readonly GridAxis? axis;
    private readonly IReadOnlyList<JsonNode?>? values;
    private readonly Selection? when;

    internal SearchAxis(string name, GridAxis? axis, IReadOnlyList<JsonNode?>? values, Selection? when)
    {
        (Name, this.axis, this.values, this.when) = (name, axis, values, when);
        Count = values?.Count;
        Kind = values is null ? SearchAxisKind.Drawn
            : axis?.Spec is { Range: not null } or { LogRange: not null } ? SearchAxisKind.Ordered
            : SearchAxisKind.Named;
    }

    /// <summary>As coordinates say it.</summary>
    public string Name { get; }

    /// <summary>Whether its values lie beside each other.</summary>
    public SearchAxisKind Kind { get; }

    /// <summary>How many values are listed; null where they are drawn.</summary>
    public int? Count { get; }

    internal string Path => CoordinateNames.PathOf(Name);

    /// <summary>Whether a point with these coordinates has the axis.</summary>
    /// <param name="coordinates">Those of unconditional axes, at least.</param>
    public bool IsIn(IReadOnlyDictionary<string, JsonNode?> coordinates) => when is null || when.Fits(coordinates);

    /// <summary>The value at a place of the unit interval; each of listed ones has an equal part of it.</summary>
    public JsonNode? At(double unit) => values is { } listed
        ? listed[Math.Min((int)(unit * listed.Count), listed.Count - 1)]
        : AxisValues.At(axis!.Spec, axis.IsWhole, unit);

    /// <summary>Where in the unit interval a value lies: the middle of its part, where values are listed.</summary>
    public double UnitOf(JsonNode? value)
    {
        if (values is null)
        {
            return AxisValues.UnitOf(axis!.Spec, value.Deserialize<double>(SpecJson.Options));
        }

        string text = AxisValues.Text(value);
        return (values.Select(AxisValues.Text).ToList().IndexOf(text) + 0.5) / values.Count;
    }
}

/// <summary>What the values of an axis are to each other.</summary>
public enum SearchAxisKind
{
    /// <summary>Any number between two.</summary>
    Drawn,

    /// <summary>Some numbers, neighbours alike.</summary>
    Ordered,

    /// <summary>Values of which none is nearer than another.</summary>
    Named,
}
