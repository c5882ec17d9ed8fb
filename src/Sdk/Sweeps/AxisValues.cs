using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ViSurf.Sdk;

/// <summary>The numbers that an axis stands for.</summary>
internal static class AxisValues
{
    private const double Slack = 1e-9; // of a step: 0.1 ten times is a little less than 1
    private const double WholeBelow = 9e15; // whole numbers up to here are exact

    /// <summary>How many values an axis has, without making one; 1 where it is drawn.</summary>
    public static double CountOf(AxisSpec axis) => axis switch
    {
        { Values: { } values } => values.Count,
        { Count: { } count } => count,
        { Range: [double from, double to], Step: { } step } => Math.Floor(((to - from) / step) + Slack) + 1,
        _ => 1,
    };

    /// <summary>The values in order; none where they are drawn. Computed ones are rounded to 12 digits: 2e-4, not
    /// 1.9999999999999998e-4.</summary>
    public static IReadOnlyList<JsonNode?> Of(AxisSpec axis)
    {
        int count = (int)CountOf(axis);
        return axis switch
        {
            { Values: { } values } => [.. values.Select(Plain)],
            { Range: [double from, double to], Step: null } => Numbers(count, i => from + ((to - from) * i / (count - 1))),
            { Range: [double from, _], Step: { } step } => Numbers(count, i => from + (i * step)),
            { LogRange: [double from, double to] } => Numbers(count, i => from * Math.Pow(to / from, i / (count - 1.0))),
            _ => [],
        };
    }

    /// <summary>A draw of an axis: four digits, or a whole number. It depends on seed, name and index alone.</summary>
    public static JsonNode Draw(AxisSpec axis, bool isWhole, string name, DrawSpec draw, int index)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"sweep/{draw.Seed}/{name}/{index}"));
        double unit = (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53)); // in [0, 1)
        return At(axis, isWhole, unit);
    }

    /// <summary>The value of a drawn axis at a place between its ends: four digits, or a whole number.</summary>
    /// <param name="unit">From 0 to 1.</param>
    public static JsonNode At(AxisSpec axis, bool isWhole, double unit)
    {
        double value = axis.Uniform is [double from, double to]
            ? from + ((to - from) * unit)
            : axis.LogUniform![0] * Math.Pow(axis.LogUniform[1] / axis.LogUniform[0], unit);
        return Number(isWhole ? Math.Round(value) : Rounded(value, "G4"));
    }

    /// <summary>Where between its ends a drawn axis has a value: from 0 to 1.</summary>
    public static double UnitOf(AxisSpec axis, double value) => Math.Clamp(axis.Uniform is [double from, double to]
        ? (value - from) / (to - from)
        : Math.Log(value / axis.LogUniform![0]) / Math.Log(axis.LogUniform[1] / axis.LogUniform[0]), 0, 1);

    /// <summary>A value with one spelling: 8 for 8.0, 0.0001 for 1e-4.</summary>
    public static JsonNode? Plain(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number
        ? Number(value.Deserialize<double>(SpecJson.Options))
        : value?.DeepClone();

    /// <summary>How a value is said in a label, and compared.</summary>
    public static string Text(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Number => value.Deserialize<double>(SpecJson.Options).ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant(),
        _ => value?.ToJsonString(SpecJson.Options) ?? "null",
    };

    private static JsonNode?[] Numbers(int count, Func<int, double> at) =>
        [.. Enumerable.Range(0, count).Select(i => Number(Rounded(at(i), "G12")))];

    private static double Rounded(double value, string digits) =>
        double.Parse(value.ToString(digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static JsonValue Number(double value) => Math.Abs(value) < WholeBelow && value == Math.Floor(value)
        ? JsonValue.Create((long)value)
        : JsonValue.Create(value);
}
