using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ViSurf.Sdk;

namespace ViSurf.Cli.Demo;

/// <summary>The key under which a demo submits its sweep: the same for the same spec, another for any other.</summary>
internal static partial class DemoKey
{
    private const int NameMax = 50;
    private const int DigitsOfHash = 8;

    public static string Of(SweepSpec spec)
    {
        string name = Other().Replace(spec.Name.ToLowerInvariant(), "-");
        string hash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(spec, SpecJson.Options)));
        return $"{name[..Math.Min(name.Length, NameMax)]}-{hash[..DigitsOfHash]}";
    }

    [GeneratedRegex("[^a-z0-9._-]")]
    private static partial Regex Other();
}
