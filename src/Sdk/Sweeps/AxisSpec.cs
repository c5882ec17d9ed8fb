using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>The values of one field over a sweep's grid, said in one of five ways. A list alone stands for its values.</summary>
public sealed record AxisSpec
{
    /// <summary>The values themselves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonNode>? Values { get; init; }

    /// <summary>From the first number to the second, both included, <see cref="Step"/> apart or <see cref="Count"/> of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Range { get; init; }

    /// <summary>How far numbers of a range lie apart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Step { get; init; }

    /// <summary>As a range, with one quotient between neighbours in place of one difference.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? LogRange { get; init; }

    /// <summary>How many numbers a range has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Count { get; init; }

    /// <summary>Drawn between two numbers, any as likely as another; <see cref="SweepSpec.Draw"/> says how often.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Uniform { get; init; }

    /// <summary>As uniform, of the logarithm.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? LogUniform { get; init; }

    /// <summary>Coordinates, each with a value or a list of them, under which combinations have this axis; others keep the base's
    /// value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, JsonNode>? When { get; init; }
}

/// <summary>How axes that are drawn are drawn: together, so many times, each draw from the seed and its own number.</summary>
public sealed record DrawSpec
{
    /// <summary>Draws for each combination of the other axes.</summary>
    public required int Count { get; init; }

    /// <summary>The seed of these draws; experiments' own seeds have nothing to do with it.</summary>
    public int Seed { get; init; } = 1;
}
