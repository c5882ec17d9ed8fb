using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>All combinations of axes, variants and draws, without what is excluded.</summary>
internal sealed class Grid
{
    private readonly Dictionary<string, IReadOnlyList<JsonNode?>> always; // by coordinate: what every combination has
    private readonly List<(GridAxis Axis, Selection When)> sometimes;
    private readonly SweepSpec spec;
    private readonly IReadOnlyDictionary<string, GridAxis> axes;
    private readonly IReadOnlyList<Selection> excluded;

    private Grid(SweepSpec spec, GridNames names, List<(GridAxis, Selection)> sometimes, IReadOnlyList<Selection> excluded)
    {
        (this.spec, axes, this.sometimes, this.excluded) = (spec, names.Axes, sometimes, excluded);
        always = CoordinateNames.Ordered(names.Always.Keys).ToDictionary(name => name, name => names.Always[name]);
    }

    /// <summary>Reads the grid, or says what is wrong with it.</summary>
    /// <param name="fixedNames">Method and benchmark of the base, for combinations of a grid without such an axis.</param>
    public static Grid? Read(Mistakes wrong, SweepSpec spec, IReadOnlyDictionary<string, string> fixedNames)
    {
        int before = wrong.Count;
        GridNames names = GridNames.Read(wrong, spec, fixedNames);
        List<(GridAxis, Selection)> sometimes = [];
        foreach (GridAxis axis in names.Axes.Values.Where(axis => axis.Spec.When is not null))
        {
            string at = $"axes.{axis.Name}.when";
            wrong.Unless(!CoordinateNames.IsShort(axis.Name), at, $"allowed: for other axes than {axis.Name}");
            sometimes.Add((axis, Selection.Read(wrong, axis.Spec.When!, at, names.Unconditional)));
        }

        foreach (string name in (string[])[CoordinateNames.Method, CoordinateNames.Benchmark])
        {
            wrong.Unless(names.Always.ContainsKey(name) || spec.Axes?.ContainsKey(name) == true, $"axes.{name}",
                $"is missing; wanted there, or {CoordinateNames.PathOf(name)} in the base");
        }

        Selection[] excluded = [.. (spec.Exclude ?? []).Select((map, i) => Selection.Read(wrong, map, $"exclude[{i}]", names.All))];
        bool isDrawn = spec.Search is null && names.Axes.Values.Any(axis => axis.IsDrawn);
        wrong.Unless(spec.Search is null || spec.Draw is null, "draw",
            "stands beside search, whose sampler draws; allowed: one of the two");
        wrong.Unless(spec.Search is not null || isDrawn == spec.Draw is not null, "draw", isDrawn
            ? "is missing, and axes are drawn; wanted: draw: { count, seed }"
            : "stands there, and no axis is drawn; allowed: with an axis that is uniform or logUniform");
        if (spec.Draw is { } draw)
        {
            wrong.Between(draw.Count, 1, SweepExpansion.CellsMost, "draw.count");
        }

        return wrong.Count == before ? new(spec, names, sometimes, excluded) : null;
    }

    /// <summary>The axes that every point of a search has, with their values where those are listed; then those that some have.</summary>
    public IEnumerable<(string Name, GridAxis? Axis, IReadOnlyList<JsonNode?>? Values, Selection? When)> Dimensions() =>
    [
        .. always.Where(pair => pair.Value.Count > 1 || axes.ContainsKey(pair.Key) || pair.Key == CoordinateNames.Variant)
            .Select(pair => (pair.Key, axes.GetValueOrDefault(pair.Key), (IReadOnlyList<JsonNode?>?)pair.Value, (Selection?)null)),
        .. axes.Values.Where(axis => axis.IsDrawn && axis.Spec.When is null).OrderBy(axis => axis.Name, StringComparer.Ordinal)
            .Select(axis => (axis.Name, (GridAxis?)axis, (IReadOnlyList<JsonNode?>?)null, (Selection?)null)),
        .. sometimes.OrderBy(one => one.Axis.Name, StringComparer.Ordinal).Select(one => (one.Axis.Name, (GridAxis?)one.Axis,
            one.Axis.IsDrawn ? null : AxisValues.Of(one.Axis.Spec), (Selection?)one.When)),
    ];

    /// <summary>The coordinates that the base fixes.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Fixed() => always
        .Where(pair => !axes.ContainsKey(pair.Key) && pair.Key != CoordinateNames.Variant)
        .Select(pair => KeyValuePair.Create(pair.Key, pair.Value[0]));

    /// <summary>Whether a combination is left out.</summary>
    public bool IsExcluded(IReadOnlyDictionary<string, JsonNode?> combination) => excluded.Any(selection => selection.Fits(combination));

    /// <summary>How many combinations there are, exclusions not counted, by multiplication alone.</summary>
    /// <param name="most">Where there are more, the number may be too small, but is above this.</param>
    public double Count(double most)
    {
        double unconditional = always.Values.Aggregate(1.0, (product, values) => product * values.Count);
        return unconditional > most ? unconditional : Unconditional().Sum(CountOf);
    }

    /// <summary>The combinations in order.</summary>
    public IEnumerable<IReadOnlyDictionary<string, JsonNode?>> Combinations() => Unconditional()
        .SelectMany(Expanded).Where(combination => !IsExcluded(combination));

    /// <summary>The fields that a combination sets, with the place that says so.</summary>
    public IEnumerable<Setting> SettingsOf(IReadOnlyDictionary<string, JsonNode?> combination)
    {
        foreach ((string name, JsonNode? value) in combination)
        {
            if (name == CoordinateNames.Variant)
            {
                string variant = value!.GetValue<string>();
                foreach ((string path, JsonNode field) in spec.Variants![variant])
                {
                    yield return new(path, field, $"variants.{variant}.{path}");
                }
            }
            else if (axes.TryGetValue(name, out GridAxis? axis))
            {
                yield return new(axis.Path, value, $"axes.{name}");
            }
        }
    }

    /// <summary>What a combination's row is called: its method, then what else is an axis or a variant.</summary>
    public string LabelOf(IReadOnlyDictionary<string, JsonNode?> combination) => string.Join(", ",
        CoordinateNames.Ordered(combination.Keys)
            .Where(name => name is CoordinateNames.Method or CoordinateNames.Variant || axes.ContainsKey(name))
            .Select(name => name is CoordinateNames.Method or CoordinateNames.Benchmark or CoordinateNames.Variant
                ? AxisValues.Text(combination[name])
                : $"{name}={AxisValues.Text(combination[name])}"));

    private IEnumerable<Dictionary<string, JsonNode?>> Unconditional() => Product(
        [[]], always.Select(pair => (pair.Key, pair.Value)));

    private static IEnumerable<Dictionary<string, JsonNode?>> Product(
        IEnumerable<Dictionary<string, JsonNode?>> start, IEnumerable<(string Name, IReadOnlyList<JsonNode?> Values)> axes) =>
        axes.Aggregate(start, (combinations, axis) => combinations.SelectMany(
            combination => axis.Values.Select(value => new Dictionary<string, JsonNode?>(combination) { [axis.Name] = value })));

    private double CountOf(Dictionary<string, JsonNode?> combination)
    {
        GridAxis[] own = [.. AxesOf(combination)];
        double draws = own.Any(axis => axis.IsDrawn) ? spec.Draw!.Count : 1;
        return own.Aggregate(draws, (product, axis) => product * AxisValues.CountOf(axis.Spec));
    }

    // Conditional axes that hold here, and drawn ones.
    private IEnumerable<GridAxis> AxesOf(Dictionary<string, JsonNode?> combination) => axes.Values
        .Where(axis => axis.IsDrawn && axis.Spec.When is null)
        .Concat(sometimes.Where(one => one.When.Fits(combination)).Select(one => one.Axis))
        .OrderBy(axis => axis.Name, StringComparer.Ordinal);

    private IEnumerable<Dictionary<string, JsonNode?>> Expanded(Dictionary<string, JsonNode?> combination)
    {
        ILookup<bool, GridAxis> own = AxesOf(combination).ToLookup(axis => axis.IsDrawn);
        IEnumerable<Dictionary<string, JsonNode?>> listed =
            Product([combination], own[false].Select(axis => (axis.Name, AxisValues.Of(axis.Spec))));
        if (!own[true].Any())
        {
            return listed;
        }

        // A draw that repeats an earlier one, which whole numbers do, is the same experiment.
        IReadOnlyDictionary<string, JsonNode?>[] draws = [.. Enumerable.Range(0, spec.Draw!.Count)
            .Select(i => own[true].ToDictionary(axis => axis.Name,
                axis => (JsonNode?)AxisValues.Draw(axis.Spec, axis.IsWhole, axis.Name, spec.Draw, i)))
            .DistinctBy(draw => string.Join(" ", draw.Values.Select(AxisValues.Text)))];
        return listed.SelectMany(one => draws.Select(draw => new Dictionary<string, JsonNode?>(one.Concat(draw))));
    }
}

/// <summary>A field with its value, and the place in the sweep's file that says so.</summary>
internal sealed record Setting(string Path, JsonNode? Value, string Source);
