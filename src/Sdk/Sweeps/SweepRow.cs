using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>One row of a sweep's table, from the grid or written out: what it sets over the base.</summary>
internal sealed record SweepRow(
    string Label, bool IsOfGrid, IReadOnlyList<Setting> Settings, IReadOnlyDictionary<string, JsonNode?> Coordinates)
{
    public static SweepRow Of(RowSpec row, int index, JsonObject @base)
    {
        Dictionary<string, JsonNode?> coordinates = new()
        {
            [CoordinateNames.Method] = row.Method,
            [CoordinateNames.Benchmark] = SpecPath.Get(@base, CoordinateNames.BenchmarkPath)?.DeepClone(),
        };
        foreach ((string path, JsonNode? value) in row.Set)
        {
            coordinates[path == CoordinateNames.BenchmarkPath ? CoordinateNames.Benchmark : path] = AxisValues.Plain(value);
        }

        return new(row.Label, false,
        [
            new(CoordinateNames.MethodPath, row.Method, $"rows[{index}].method"),
            .. row.Set.Select(pair => new Setting(pair.Key, pair.Value, $"rows[{index}].set.{pair.Key}")),
        ], coordinates);
    }

    /// <summary>The base alone, to say what is wrong with it where the grid cannot be read.</summary>
    public static SweepRow OfBase(JsonObject @base) => new("", false,
    [
        .. ((string[])[CoordinateNames.MethodPath, CoordinateNames.BenchmarkPath])
            .Where(path => SpecPath.Get(@base, path) is null).Select(path => new Setting(path, "any", "axes")),
    ], new Dictionary<string, JsonNode?>());

    /// <summary>The row's experiment with the first seed, or what is wrong with it.</summary>
    public SweepCell? Cell(Mistakes wrong, SweepSpec spec, JsonObject @base)
    {
        Mistakes unread = new();
        Mistakes own = new();
        ExperimentSpec? read = Read(unread, spec, @base);
        read?.Check(own);
        wrong.Add(unread, PlaceOf);
        wrong.Add(own.Except(unread), PlaceOf);
        return read is null || unread.Count + own.Count > 0 ? null : new(Label, read.Seed, read) { Coordinates = Coordinates };
    }

    /// <summary>The row's experiment with the first seed, as far as it can be read; its numbers may be out of range.</summary>
    public ExperimentSpec? Read(Mistakes wrong, SweepSpec spec, JsonObject @base)
    {
        JsonObject node = @base.DeepClone().AsObject();
        int seed = spec.Seeds.FirstOrDefault(one => one >= 0);
        node["name"] = $"{spec.Name}/{Label}/{seed}";
        node["seed"] = seed;
        foreach (Setting setting in Settings)
        {
            SpecPath.Set(wrong, node, setting.Path, setting.Value?.DeepClone());
        }

        return SpecJson.ReadRight<ExperimentSpec>(wrong, node);
    }

    // Where the sweep's file says what a field of the experiment is.
    private string PlaceOf(string field) => Settings.LastOrDefault(one => SpecPath.IsWithin(field, one.Path)) is { } setting
        ? setting.Source + field[setting.Path.Length..]
        : $"base.{field}";
}
