using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>Writes a sweep in C#: the same as its file says in YAML.</summary>
/// <param name="name">What people call the sweep.</param>
public sealed class SweepBuilder(string name)
{
    private readonly JsonObject @base = [];
    private readonly Dictionary<string, JsonNode> axes = [];
    private readonly Dictionary<string, IReadOnlyDictionary<string, JsonNode>> variants = [];
    private readonly List<string> where = [];
    private readonly List<IReadOnlyDictionary<string, JsonNode>> exclude = [];
    private readonly List<RowSpec> rows = [];
    private readonly List<int> seeds = [];
    private DrawSpec? draw;
    private SearchSpec? search;

    /// <summary>Adds what all experiments share, over what was said before: an experiment spec, or parts of one.</summary>
    /// <exception cref="Fault">SpecInvalid: it is no map of fields.</exception>
    public SweepBuilder Base(JsonNode fields)
    {
        JsonObject map = fields as JsonObject
            ?? throw new Fault(FaultCode.SpecInvalid, "base", "is no map of fields; an experiment spec is wanted");
        foreach ((string field, JsonNode? value) in map)
        {
            @base[field] = value?.DeepClone();
        }

        return this;
    }

    /// <summary>Adds what a file says that all experiments share, in YAML or JSON.</summary>
    /// <exception cref="Fault">NotFound, or SpecInvalid.</exception>
    public SweepBuilder BaseFile(string path) => Base(SpecText.ReadFile<JsonNode>(path));

    /// <summary>Compares methods: the axis method.</summary>
    /// <exception cref="Fault">SpecInvalid: the axis is there already.</exception>
    public SweepBuilder Methods(params string[] names) => Add(CoordinateNames.Method, new JsonArray([.. names]));

    /// <summary>Compares on benchmarks: the axis benchmark.</summary>
    /// <exception cref="Fault">SpecInvalid: the axis is there already.</exception>
    public SweepBuilder Benchmarks(params string[] names) => Add(CoordinateNames.Benchmark, new JsonArray([.. names]));

    /// <summary>Repeats each row with these seeds.</summary>
    public SweepBuilder Seeds(params int[] more)
    {
        seeds.AddRange(more);
        return this;
    }

    /// <summary>Lets a field have several values.</summary>
    /// <param name="path">The dotted path of an experiment's field: rl.learningRate.</param>
    /// <param name="values">Numbers, texts, truth values or other JSON.</param>
    /// <exception cref="Fault">SpecInvalid: the axis is there already.</exception>
    public SweepBuilder Axis(string path, params JsonNode[] values) =>
        Add(path, new JsonArray([.. values.Select(value => value?.DeepClone())]));

    /// <summary>Lets a field have the values of a range, of draws, or some under a condition.</summary>
    /// <exception cref="Fault">SpecInvalid: the axis is there already.</exception>
    public SweepBuilder Axis(string path, AxisSpec axis) =>
        Add(path, System.Text.Json.JsonSerializer.SerializeToNode(axis, SpecJson.Options)!);

    /// <summary>Adds a named set of fields that every combination of the axes is tried with; without fields it is the base.</summary>
    /// <exception cref="Fault">SpecInvalid: the variant is there already, or a field of it twice.</exception>
    public SweepBuilder Variant(string called, params (string Path, JsonNode Value)[] fields)
    {
        string at = $"variants.{called}";
        Fault.Unless(variants.TryAdd(called, Map(at, fields)), FaultCode.SpecInvalid, at, "is named twice");
        return this;
    }

    /// <summary>Keeps the combinations alone for which a comparison holds: "rl.prompts &lt;= data.labels".</summary>
    public SweepBuilder Where(string comparison)
    {
        where.Add(comparison);
        return this;
    }

    /// <summary>Leaves combinations out that have all of these coordinates.</summary>
    /// <exception cref="Fault">SpecInvalid: a coordinate is named twice.</exception>
    public SweepBuilder Exclude(params (string Name, JsonNode Value)[] coordinates)
    {
        exclude.Add(Map($"exclude[{exclude.Count}]", coordinates));
        return this;
    }

    /// <summary>Says how often drawn axes are drawn.</summary>
    public SweepBuilder Draw(int count, int seed = 1)
    {
        draw = new() { Count = count, Seed = seed };
        return this;
    }

    /// <summary>Searches the axes in place of trying all of them.</summary>
    public SweepBuilder Search(SearchSpec how)
    {
        search = how;
        return this;
    }

    /// <summary>Adds a row that is written out.</summary>
    public SweepBuilder Row(RowSpec row)
    {
        rows.Add(row);
        return this;
    }

    /// <summary>The sweep.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each field that is wrong.</exception>
    public SweepSpec Build()
    {
        SweepSpec spec = new()
        {
            Name = name,
            Base = @base.DeepClone(),
            Axes = axes.Count == 0 ? null : new Dictionary<string, JsonNode>(axes),
            Variants = variants.Count == 0 ? null : new Dictionary<string, IReadOnlyDictionary<string, JsonNode>>(variants),
            Where = where.Count == 0 ? null : [.. where],
            Exclude = exclude.Count == 0 ? null : [.. exclude],
            Draw = draw,
            Search = search,
            Rows = [.. rows],
            Seeds = [.. seeds],
        };
        spec.Expand();
        return spec;
    }

    private SweepBuilder Add(string axis, JsonNode values)
    {
        Fault.Unless(axes.TryAdd(axis, values), FaultCode.SpecInvalid, $"axes.{axis}", "is named twice");
        return this;
    }

    private static Dictionary<string, JsonNode> Map(string at, (string Path, JsonNode Value)[] fields)
    {
        Dictionary<string, JsonNode> map = [];
        foreach ((string path, JsonNode value) in fields)
        {
            Fault.Unless(map.TryAdd(path, value), FaultCode.SpecInvalid, $"{at}.{path}", "is named twice");
        }

        return map;
    }
}
