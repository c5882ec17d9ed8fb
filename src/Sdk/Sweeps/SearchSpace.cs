using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>What a search may try: the axes of a sweep as a unit cube, and what its constraints leave of it.</summary>
public sealed class SearchSpace
{
    /// <summary>The most axes that a Sobol sequence here has directions for.</summary>
    public const int SobolMost = 21;

    private readonly SweepSpec spec;
    private readonly JsonObject @base;
    private readonly Grid grid;
    private readonly IReadOnlyList<Constraint> constraints;

    private SearchSpace(SweepSpec spec, JsonObject @base, Grid grid, IReadOnlyList<Constraint> constraints)
    {
        (this.spec, this.@base, this.grid, this.constraints) = (spec, @base, grid, constraints);
        Axes = [.. grid.Dimensions().Select(one => new SearchAxis(one.Name, one.Axis, one.Values, one.When))];
    }

    /// <summary>The directions, conditional ones last.</summary>
    public IReadOnlyList<SearchAxis> Axes { get; }

    /// <summary>The coordinates that all points share, which the base fixes.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Fixed => grid.Fixed().ToDictionary();

    /// <summary>Reads the space of a sweep that is a search.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each field that is wrong.</exception>
    public static SearchSpace Of(SweepSpec spec)
    {
        Mistakes wrong = new();
        SweepExpansion.CheckWhole(wrong, spec);
        JsonObject? @base = spec.Base as JsonObject;
        wrong.Unless(@base is not null, "base", "is no map of fields; an experiment spec is wanted");
        SearchCheck.CheckWhole(wrong, spec, @base);
        Grid? grid = SweepExpansion.HasGrid(spec) ? Grid.Read(wrong, spec, SweepExpansion.NamesOf(@base)) : null;
        IReadOnlyList<Constraint> constraints = SweepExpansion.HasGrid(spec) ? SweepGrid.Constraints(wrong, spec) : [];
        SearchSpace? space = grid is null || @base is null ? null : new(spec, @base, grid, constraints);
        if (space is not null)
        {
            SearchCheck.CheckAxes(wrong, spec, space.Axes);
            space.CheckEnds(wrong);
        }

        wrong.Demand();
        return space!;
    }

    /// <summary>The point at a place of the unit cube.</summary>
    /// <param name="units">One for each axis; that of an axis which the point does not have is not looked at.</param>
    /// <returns>Null where constraints leave it out.</returns>
    public SearchPoint? At(IReadOnlyList<double> units)
    {
        Dictionary<string, JsonNode?> coordinates = CoordinatesAt(units);
        SweepRow row = Row(coordinates);
        return grid.IsExcluded(coordinates) || (constraints.Count > 0 && SweepGrid.Held(row, spec, @base, constraints).Contains(false))
            ? null
            : new(row.Label, coordinates);
    }

    /// <summary>Where each axis of a point lies; null for axes that it does not have.</summary>
    public IReadOnlyList<double?> UnitsOf(SearchPoint point) =>
        [.. Axes.Select(axis => point.Coordinates.TryGetValue(axis.Name, out JsonNode? value) ? axis.UnitOf(value) : (double?)null)];

    /// <summary>The experiment of a point with a seed.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each field that is out of range.</exception>
    public SweepCell Cell(SearchPoint point, int seed)
    {
        Mistakes wrong = new();
        SweepCell? first = Row(point.Coordinates).Cell(wrong, spec, @base);
        wrong.Demand();
        return first! with { Seed = seed, Spec = first.Spec with { Name = $"{spec.Name}/{point.Label}/{seed}", Seed = seed } };
    }

    /// <summary>Points at the ends of each axis, with the others in the middle: what is wrong anywhere is likely wrong at one.</summary>
    public IEnumerable<SearchPoint> Ends()
    {
        double[] middle = [.. Axes.Select(_ => 0.5)];
        IEnumerable<double[]> all = Axes.Index().SelectMany(axis => Places(axis.Item).Select(unit =>
            middle.Select((same, i) => i == axis.Index ? unit : same).ToArray()));
        return all.Prepend(middle).Select(CoordinatesAt)
            .Select(one => new SearchPoint(grid.LabelOf(one), one)).DistinctBy(one => one.Label);
    }

    private static IEnumerable<double> Places(SearchAxis axis) => axis is { Kind: SearchAxisKind.Named, Count: { } count }
        ? Enumerable.Range(0, count).Select(i => (i + 0.5) / count)
        : [0, 1];

    private Dictionary<string, JsonNode?> CoordinatesAt(IReadOnlyList<double> units)
    {
        Dictionary<string, JsonNode?> coordinates = new(grid.Fixed());
        foreach ((int i, SearchAxis axis) in Axes.Index().Where(one => one.Item.IsIn(coordinates)))
        {
            coordinates[axis.Name] = axis.At(units[i]);
        }

        return coordinates;
    }

    private SweepRow Row(IReadOnlyDictionary<string, JsonNode?> coordinates) =>
        new(grid.LabelOf(coordinates), true, [.. grid.SettingsOf(coordinates)], coordinates);

    // The same mistake is said once.
    private void CheckEnds(Mistakes wrong)
    {
        foreach (SearchPoint end in Ends())
        {
            Mistakes own = new();
            Row(end.Coordinates).Cell(own, spec, @base);
            wrong.Add(own.Except(wrong), path => path);
        }
    }
}

/// <summary>A point of a search's space.</summary>
/// <param name="Label">What it is called.</param>
/// <param name="Coordinates">As <see cref="SweepCell.Coordinates"/>.</param>
public sealed record SearchPoint(string Label, IReadOnlyDictionary<string, JsonNode?> Coordinates);
