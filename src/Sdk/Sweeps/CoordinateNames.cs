namespace ViSurf.Sdk;

/// <summary>What coordinates are called: fields by their dotted path, and three short names.</summary>
internal static class CoordinateNames
{
    public const string Method = "method";
    public const string Benchmark = "benchmark";
    public const string Variant = "variant";
    public const string MethodPath = "method.name";
    public const string BenchmarkPath = "data.benchmark";

    /// <summary>The order in labels, and of a grid's loops from the outermost to the innermost: that of a file says nothing.</summary>
    public static IEnumerable<string> Ordered(IEnumerable<string> names) => names
        .OrderBy(name => Array.IndexOf([Method, Benchmark, Variant], name) is >= 0 and int place ? place : int.MaxValue)
        .ThenBy(name => name, StringComparer.Ordinal);

    public static bool IsShort(string name) => name is Method or Benchmark;

    /// <summary>The field that a coordinate sets.</summary>
    public static string PathOf(string name) => name switch { Method => MethodPath, Benchmark => BenchmarkPath, _ => name };

    /// <summary>Says what is wrong with a field that is to be set.</summary>
    /// <returns>The field's type; null where there is none.</returns>
    public static Type? Check(Mistakes wrong, string name, string at)
    {
        string? reason = name switch
        {
            "seed" => "is given by the sweep's seeds",
            "name" => "is made of the sweep's name, the coordinates and the seed",
            Variant => "is given by the sweep's variants",
            MethodPath => $"is given by the axis {Method}",
            BenchmarkPath => $"is given by the axis {Benchmark}",
            _ => null,
        };
        if (reason is not null)
        {
            wrong.Add(at, reason);
            return null;
        }

        Type? type = SpecPath.TypeOf(PathOf(name), out IEnumerable<string> known);
        wrong.Unless(type is not null, at, $"is no field of an experiment; known there: {string.Join(", ", known.Order())}");
        return type;
    }
}
