using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Makes experiments of a sweep: the grid's combinations and the rows, times seeds.</summary>
internal static class SweepExpansion
{
    /// <summary>The most experiments of a sweep, before constraints.</summary>
    public const int CellsMost = 10_000;

    /// <exception cref="Fault">SpecInvalid, naming each field that is wrong.</exception>
    public static IReadOnlyList<SweepCell> Expand(SweepSpec spec)
    {
        Mistakes wrong = new();
        CheckWhole(wrong, spec);
        JsonObject? @base = spec.Base as JsonObject;
        wrong.Unless(@base is not null, "base", "is no map of fields; an experiment spec is wanted");
        Grid? grid = HasGrid(spec) ? Grid.Read(wrong, spec, NamesOf(@base)) : null;
        bool isGridWrong = HasGrid(spec) && grid is null;
        IReadOnlyList<Constraint> constraints = HasGrid(spec) ? SweepGrid.Constraints(wrong, spec) : [];
        CheckCount(spec, grid); // alone: so many cannot be looked at
        List<SweepRow> rows = @base is null ? [] :
        [
            .. grid is null ? [] : SweepGrid.Rows(wrong, spec, grid, constraints, @base),
            .. isGridWrong ? [SweepRow.OfBase(@base)] : (SweepRow[])[],
            .. spec.Rows.Select((row, i) => SweepRow.Of(row, i, @base)),
        ];
        SweepCell[] first = [.. rows.Select(row => row.Cell(wrong, spec, @base!)).OfType<SweepCell>()];
        CheckSame(wrong, rows, first);
        spec.Preregistration?.Check(wrong, "preregistration", [.. rows.Select(row => row.Label)]);
        wrong.Demand();
        return [.. spec.Seeds.SelectMany(seed => first.Select(cell => cell with
        {
            Seed = seed,
            Spec = cell.Spec with { Name = $"{spec.Name}/{cell.Row}/{seed}", Seed = seed },
        }))];
    }

    internal static bool HasGrid(SweepSpec spec) => spec.Axes is not null || spec.Variants is not null;

    internal static void CheckWhole(Mistakes wrong, SweepSpec spec)
    {
        wrong.Text(spec.Name, "name");
        spec.Schedule.Check(wrong, "schedule");
        spec.Retention?.Check(wrong, "retention");
        wrong.Unless(spec.Rows.Count > 0 || HasGrid(spec), "rows", "is empty; at least one row is wanted, or axes");
        wrong.Unless(spec.Seeds.Count > 0, "seeds", "is empty; at least one seed is wanted");
        wrong.Unless(spec.Seeds.Distinct().Count() == spec.Seeds.Count, "seeds", "names a seed twice");
        foreach ((int i, int seed) in spec.Seeds.Index())
        {
            wrong.AtLeast(seed, 0, $"seeds[{i}]");
        }

        foreach ((int i, RowSpec row) in spec.Rows.Index())
        {
            ScheduleSpec.CheckLabels(wrong, row.Require, $"rows[{i}].require");
        }

        foreach ((string name, bool isSaid) in ((string, bool)[])
            [("where", spec.Where is not null), ("exclude", spec.Exclude is not null), ("draw", spec.Draw is not null)])
        {
            wrong.Unless(!isSaid || HasGrid(spec), name, "is about a grid, and the sweep has neither axes nor variants");
        }
    }

    private static void CheckCount(SweepSpec spec, Grid? grid)
    {
        double cells = ((grid?.Count(CellsMost) ?? 0) + spec.Rows.Count) * spec.Seeds.Count;
        Fault.Unless(cells <= CellsMost, FaultCode.SpecInvalid, grid is null ? "rows" : "axes",
            $"times {(grid is null ? "" : "variants, draws and ")}seeds makes {cells:0} experiments; allowed: up to {CellsMost}");
    }

    private static void CheckSame(Mistakes wrong, IReadOnlyList<SweepRow> rows, IReadOnlyList<SweepCell> cells)
    {
        foreach (string twice in rows.GroupBy(row => row.Label).Where(same => same.Count() > 1).Select(same => same.Key))
        {
            wrong.Add("rows", $"has two rows called '{twice}'; give one of them a label");
        }

        HashSet<string> ofGrid = [.. rows.Where(row => row.IsOfGrid).Select(row => row.Label)];
        if (ofGrid.Count == 0)
        {
            return; // rows that are written out may be the same experiment under two names
        }

        foreach (SweepCell[] same in cells.GroupBy(cell => (cell.Spec with { Name = "-" }).Id).Select(group => group.ToArray())
            .Where(group => group.Length > 1 && group.Any(cell => ofGrid.Contains(cell.Row))))
        {
            wrong.Unless(same[0].Row == same[1].Row, "axes",
                $"makes '{same[0].Row}' and '{same[1].Row}', which are the same experiment; exclude one of them");
        }
    }

    // What combinations of a grid without such an axis have.
    internal static Dictionary<string, string> NamesOf(JsonObject? @base)
    {
        Dictionary<string, string> names = [];
        foreach (string name in (string[])[CoordinateNames.Method, CoordinateNames.Benchmark])
        {
            if (SpecPath.Get(@base, CoordinateNames.PathOf(name)) is { } value && value.GetValueKind() == JsonValueKind.String)
            {
                names[name] = value.GetValue<string>();
            }
        }

        return names;
    }
}
