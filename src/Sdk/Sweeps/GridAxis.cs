using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>An axis that was read and can be used.</summary>
/// <param name="Name">As coordinates and labels say it.</param>
/// <param name="Path">The field of the experiment that it sets.</param>
internal sealed record GridAxis(string Name, string Path, AxisSpec Spec, bool IsWhole)
{
    private const string Kinds = "values, range, logRange, uniform, logUniform";

    public bool IsDrawn => Spec.Uniform is not null || Spec.LogUniform is not null;

    /// <summary>Reads an axis, or says what is wrong with it.</summary>
    public static GridAxis? Read(Mistakes wrong, string name, JsonNode? node)
    {
        string at = $"axes.{name}";
        int before = wrong.Count;
        Type? type = CoordinateNames.Check(wrong, name, at);
        if (!wrong.Unless(node is JsonArray or JsonObject, at,
            $"is {node?.ToJsonString(SpecJson.Options) ?? "null"}; allowed: a list of values, or a map with one of {Kinds}"))
        {
            return null;
        }

        Mistakes own = new();
        AxisSpec? spec = node is JsonArray list ? new() { Values = [.. list!] } : SpecJson.ReadRight<AxisSpec>(own, node!.DeepClone());
        wrong.Add(own, path => $"{at}.{path}");
        if (spec is null || own.Count > 0)
        {
            return null;
        }

        Type? value = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        bool isWhole = value == typeof(int);
        CheckKind(wrong, spec, at, isNumber: value is null || isWhole || value == typeof(double));
        CheckValues(wrong, spec, at, areTexts: CoordinateNames.IsShort(name));
        double count = AxisValues.CountOf(spec);
        wrong.Unless(count <= SweepExpansion.CellsMost, at,
            $"has {count:0} values; a sweep has up to {SweepExpansion.CellsMost} experiments");
        return wrong.Count == before ? new(name, CoordinateNames.PathOf(name), spec, isWhole) : null;
    }

    private static void CheckKind(Mistakes wrong, AxisSpec spec, string at, bool isNumber)
    {
        (string Name, IReadOnlyList<double>? Ends)[] ends =
            [("range", spec.Range), ("logRange", spec.LogRange), ("uniform", spec.Uniform), ("logUniform", spec.LogUniform)];
        List<string> said = [.. ends.Where(one => one.Ends is not null).Select(one => one.Name)];
        if (spec.Values is not null)
        {
            said.Add("values");
        }

        wrong.Unless(said.Count == 1, at,
            $"says {(said.Count == 0 ? "no values" : string.Join(" and ", said))}; allowed: one of {Kinds}");
        foreach ((string name, IReadOnlyList<double>? pair) in ends.Where(one => one.Ends is not null))
        {
            bool isLog = name.StartsWith("log", StringComparison.Ordinal);
            wrong.Unless(isNumber, at, $"is no field for numbers, which {name} gives; allowed: a list of values");
            wrong.Unless(pair is [double from, double to] && double.IsFinite(from) && double.IsFinite(to - from) && from < to
                && (!isLog || from > 0), $"{at}.{name}", $"allowed: two numbers, the smaller first{(isLog ? ", both above 0" : "")}");
        }

        bool isRange = spec.Range is not null || spec.LogRange is not null;
        wrong.Unless(spec.Step is null || (spec.Range is not null && spec.Count is null), $"{at}.step",
            "allowed: with range, without count");
        wrong.Unless(spec.Step is null or > 0, $"{at}.step", $"is {spec.Step}; allowed: above 0");
        wrong.Unless(spec.Count is null || isRange, $"{at}.count", "allowed: with range or logRange; the sweep's draw counts draws");
        wrong.Unless(spec.Count is null or >= 2, $"{at}.count", $"is {spec.Count}; allowed: 2 and above");
        wrong.Unless(!isRange || spec.Step is not null || spec.Count is not null, at, spec.Range is null
            ? "has a logRange without count"
            : "has a range without step or count");
    }

    private static void CheckValues(Mistakes wrong, AxisSpec spec, string at, bool areTexts)
    {
        if (spec.Values is not { } values)
        {
            wrong.Unless(!areTexts, at, "has names for values; allowed: a list of them");
            return;
        }

        wrong.Unless(values.Count > 0, at, "is empty; at least one value is wanted");
        foreach ((string text, int times) in values.CountBy(AxisValues.Text))
        {
            wrong.Unless(times == 1, at, $"has the value {text} twice");
        }

        foreach (JsonNode? value in values.Where(value => areTexts && value?.GetValueKind() != JsonValueKind.String))
        {
            wrong.Add(at, $"has the value {AxisValues.Text(value)}; allowed: names");
        }
    }
}
