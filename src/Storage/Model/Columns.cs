using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Values as columns hold them: JSON as text, times as Unix milliseconds.</summary>
internal static class Columns
{
    public static string Json<T>(T value) => JsonSerializer.Serialize(value, SpecJson.Options);

    public static string? JsonOrNull<T>(T? value)
        where T : class => value is null ? null : Json(value);

    /// <exception cref="Fault">FileDamaged, naming the row.</exception>
    public static T Read<T>(string json, string row)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, SpecJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new Fault(FaultCode.FileDamaged, row, $"is no {typeof(T).Name} that this version can read: {e.Message}", e);
        }
    }

    public static T? ReadOrNull<T>(string? json, string row)
        where T : class => json is null ? null : Read<T>(json, row);

    public static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static long? Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
