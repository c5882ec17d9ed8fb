using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>
/// Experiments that are compared: the grid of axes and variants, and rows that are written out, each with its own settings over a
/// common base, times seeds.
/// </summary>
public sealed record SweepSpec
{
    /// <summary>What people call the sweep.</summary>
    public required string Name { get; init; }

    /// <summary>The fields that all experiments share: an experiment spec without name, seed and what rows or axes say.</summary>
    public required JsonNode Base { get; init; }

    /// <summary>
    /// The grid: each field by its dotted path, with a list of values or an <see cref="AxisSpec"/>. The method's and the benchmark's
    /// names are called method and benchmark.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, JsonNode>? Axes { get; init; }

    /// <summary>Named sets of fields, by dotted path, that the grid is combined with; an empty one is the base.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonNode>>? Variants { get; init; }

    /// <summary>What must hold for a combination of the grid: two fields or values, and a comparison between them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Where { get; init; }

    /// <summary>Combinations that are left out: coordinates, each with a value or a list of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<IReadOnlyDictionary<string, JsonNode>>? Exclude { get; init; }

    /// <summary>How often drawn axes are drawn, and with which seed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrawSpec? Draw { get; init; }

    /// <summary>How the grid's space is searched in place of trying all of it; null where all of it is tried.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SearchSpec? Search { get; init; }

    /// <summary>Rows of the table that are written out, after those of the grid.</summary>
    public IReadOnlyList<RowSpec> Rows { get; init; } = [];

    /// <summary>The seeds of each row; seeds are paired across rows.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>Where and when its experiments run; may differ from submission to submission.</summary>
    public ScheduleSpec Schedule { get; init; } = new();

    /// <summary>
    /// Whether its experiments take stages that others trained, and give theirs. Where it is false, the sweep's experiments share stages
    /// with each other only. It is the same in every submission of a sweep.
    /// </summary>
    public bool Reuse { get; init; } = true;

    /// <summary>How long checkpoints are kept; for ever where nothing is said. May differ from submission to submission.</summary>
    public RetentionSpec? Retention { get; init; }

    /// <summary>Hypotheses, said before anything of the sweep is known; a sweep that has some takes no more experiments.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreregistrationSpec? Preregistration { get; init; }

    /// <summary>The schedule of a row: the sweep's, with what the row requires besides.</summary>
    /// <param name="label">The row's label; one that the sweep does not have is scheduled like the sweep.</param>
    public ScheduleSpec ScheduleOf(string label) => Rows.FirstOrDefault(row => row.Label == label) is { Require.Count: > 0 } own
        ? Schedule with { Require = Schedule.Require.Where(pair => !own.Require.ContainsKey(pair.Key)).Concat(own.Require).ToDictionary() }
        : Schedule;

    /// <summary>The experiments: rows times seeds, in order. None of a search, whose experiments follow from its results:
    /// <see cref="SearchSpace"/> has its points.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each field that is wrong.</exception>
    public IReadOnlyList<SweepCell> Expand()
    {
        if (Search is null)
        {
            return SweepExpansion.Expand(this);
        }

        SearchSpace.Of(this);
        return [];
    }
}
