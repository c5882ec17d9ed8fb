using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>One experiment of a sweep.</summary>
/// <param name="Row">The row's label.</param>
public sealed record SweepCell(string Row, int Seed, ExperimentSpec Spec)
{
    /// <summary>
    /// Where it stands in the sweep: method, benchmark and, in a grid, variant and the value of each axis that it has; of a row that is
    /// written out, the fields it sets.
    /// </summary>
    public IReadOnlyDictionary<string, JsonNode?> Coordinates { get; init; } = new Dictionary<string, JsonNode?>();
}
