using System.Globalization;
using System.Numerics;

namespace ViSurf.Sdk;

/// <summary>Range checks that say the path, the value and what is allowed.</summary>
internal static class Limit
{
    public static void Text(string value, string path) =>
        Fault.Unless(!string.IsNullOrWhiteSpace(value), FaultCode.SpecInvalid, path, "is empty; a text is wanted");

    public static void AtLeast(int value, int min, string path) =>
        Fault.Unless(value >= min, FaultCode.SpecInvalid, path, $"is {value}; allowed: {min} and above");

    public static void Between<T>(T value, T min, T max, string path)
        where T : INumber<T> => Fault.Unless(value >= min && value <= max, FaultCode.SpecInvalid, path,
            string.Create(CultureInfo.InvariantCulture, $"is {value}; allowed: {min} to {max}"));

    public static void Multiple(int value, int of, string path, string ofName) =>
        Fault.Unless(value % of == 0, FaultCode.SpecInvalid, path, $"is {value}; allowed: a multiple of {ofName}, which is {of}");
}
