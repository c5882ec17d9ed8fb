using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>The rows that a grid comes to, once its constraints are held against them.</summary>
internal static class SweepGrid
{
    /// <summary>Rows whose experiment keeps every constraint; those that are wrong are kept, too, so that it is said.</summary>
    /// <param name="constraints">Those that could be read.</param>
    public static IReadOnlyList<SweepRow> Rows(
        Mistakes wrong, SweepSpec spec, Grid grid, IReadOnlyList<Constraint> constraints, JsonObject @base)
    {
        SweepRow[] rows = [.. grid.Combinations().Select(combination =>
            new SweepRow(grid.LabelOf(combination), true, [.. grid.SettingsOf(combination)], combination))];
        wrong.Unless(rows.Length > 0, "exclude", "leaves no combination");
        if (constraints.Count == 0)
        {
            return rows;
        }

        bool[][] holds = [.. rows.Select(row => Held(row, spec, @base, constraints))];
        SweepRow[] left = [.. rows.Where((_, i) => holds[i].All(one => one))];
        wrong.Unless(left.Length > 0 || rows.Length == 0, "where", $"leaves none of {rows.Length} combinations; "
            + string.Join(", ", constraints.Select((one, c) => $"'{one}' alone leaves {holds.Count(row => row[c])}")));
        return left;
    }

    /// <summary>Reads the constraints, or says what is wrong with them.</summary>
    public static IReadOnlyList<Constraint> Constraints(Mistakes wrong, SweepSpec spec)
    {
        string[] names = [CoordinateNames.Method, CoordinateNames.Benchmark, CoordinateNames.Variant];
        string[] coordinates = spec.Variants is null ? names[..^1] : names;
        return [.. (spec.Where ?? [])
            .Select((text, i) => Constraint.Read(wrong, text, $"where[{i}]", coordinates)).OfType<Constraint>()];
    }

    /// <summary>Whether a row's experiment keeps each constraint, with the defaults of all fields that nobody sets. What cannot be read
    /// keeps everything, so that it is said.</summary>
    public static bool[] Held(SweepRow row, SweepSpec spec, JsonObject @base, IReadOnlyList<Constraint> constraints)
    {
        JsonNode? experiment = row.Read(new(), spec, @base) is { } read ? JsonSerializer.SerializeToNode(read, SpecJson.Options) : null;
        return [.. constraints.Select(one => experiment is null || one.Holds(experiment, row.Coordinates))];
    }
}
