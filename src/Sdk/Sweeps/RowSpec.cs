using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>One row of a sweep.</summary>
public sealed record RowSpec
{
    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>What the row is called in tables; the method's name where nothing is given.</summary>
    public string? As { get; init; }

    /// <summary>Fields that differ from the base, by dotted path: rl.learningRate.</summary>
    public IReadOnlyDictionary<string, JsonNode> Set { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>Labels that a slot must have for this row, over those of the sweep's schedule.</summary>
    public IReadOnlyDictionary<string, JsonNode> Require { get; init; } = new Dictionary<string, JsonNode>();

    internal string Label => As ?? Method;
}
