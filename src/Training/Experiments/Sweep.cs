using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Training.Experiments;

/// <summary>The experiments that a sweep stands for.</summary>
public static class Sweep
{
    private const string BenchmarkAxis = "benchmark";

    /// <summary>The base model's own cell, which has no stage but its evaluation, one for each benchmark of the axis; then the trained
    /// ones. It comes first so that whatever is complete can be reported while the rest runs. Of a search it is there alone.</summary>
    /// <exception cref="Fault">SpecInvalid, naming each row and field that is wrong.</exception>
    public static IReadOnlyList<SweepCell> Expand(SweepSpec spec)
    {
        if (spec.Search is not null)
        {
            SearchSpace space = SearchSpace.Of(spec);
            return [Base(spec, space.Cell(space.Ends().First(), spec.Seeds[0]).Spec, MethodTable.Base)];
        }

        IReadOnlyList<SweepCell> cells = spec.Expand();
        return HasBenchmarkAxis(spec)
            ? [.. cells.DistinctBy(cell => cell.Spec.Data.Benchmark)
                .Select(cell => Base(spec, cell.Spec, $"{MethodTable.Base}, {cell.Spec.Data.Benchmark}")), .. cells]
            : [Base(spec, cells[0].Spec, MethodTable.Base), .. cells];
    }

    /// <summary>How many of a sweep's experiments, the first, are the base model's own.</summary>
    public static int BasesOf(SweepSpec spec, IReadOnlyList<SweepCell> expanded) =>
        HasBenchmarkAxis(spec) ? expanded.DistinctBy(cell => cell.Spec.Data.Benchmark).Count() : 1;

    private static bool HasBenchmarkAxis(SweepSpec spec) => spec.Axes?.ContainsKey(BenchmarkAxis) == true;

    private static SweepCell Base(SweepSpec spec, ExperimentSpec first, string label)
    {
        ExperimentSpec own = spec.Axes is null && spec.Variants is null ? first : WithoutAxes(spec.Base, first);
        return new(label, first.Seed, own with
        {
            Name = $"{spec.Name}/{label}",
            Method = own.Method with { Name = MethodTable.Base },
            Branch = null,
            Rungs = null,
        })
        {
            Coordinates = new Dictionary<string, JsonNode?> { ["method"] = MethodTable.Base, [BenchmarkAxis] = first.Data.Benchmark },
        };
    }

    // More values of an axis, before its first one too, leave the base model's experiment what it is.
    private static ExperimentSpec WithoutAxes(JsonNode @base, ExperimentSpec first)
    {
        JsonObject node = @base.DeepClone().AsObject();
        node["name"] = first.Name;
        node["seed"] = first.Seed;
        (node["method"] ??= new JsonObject())["name"] = MethodTable.Base;
        (node["data"] ??= new JsonObject())["benchmark"] = first.Data.Benchmark;
        if (node["model"]?["path"] is null)
        {
            node["model"] = JsonSerializer.SerializeToNode(first.Model, SpecJson.Options);
        }

        return SpecJson.Read<ExperimentSpec>(node);
    }
}
