using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Silo;

/// <summary>Reads a section of a configuration, and gathers what is wrong in it.</summary>
internal sealed partial class SettingsReader(IConfigurationSection section)
{
    private readonly List<string> wrong = [];
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A text; null where there is none, or an empty one.</summary>
    public string? Text(string name)
    {
        known.Add(name);
        return section[name] is { Length: > 0 } text ? text : null;
    }

    public string Name(string name, string usual) =>
        Parsed(name, usual, text => Allowed().IsMatch(text) ? text : null, "1 to 63 letters, digits, '.', '-' and '_'");

    public long Number(string name, long usual, long min, long max) => Parsed<object>(name, usual, text =>
        long.TryParse(text, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max ? number : null,
        $"{min} to {max}") is long read ? read : usual;

    public bool Switch(string name) =>
        Parsed<object>(name, false, text => bool.TryParse(text, out bool value) ? value : null, "true, false") is true;

    public IPAddress Address(string name, IPAddress usual) => Parsed(name, usual,
        text => IPAddress.TryParse(text, out IPAddress? address) && !IsAny(address) ? address : null,
        "an IP address under which the others reach this process");

    public IPEndPoint? EndPoint(string name) => Parsed<IPEndPoint?>(name, null,
        text => IPEndPoint.TryParse(text, out IPEndPoint? found) && found.Port > 0 ? found : null, "address:port");

    /// <summary>A URL. It is not told when it is wrong: there may be a password in it.</summary>
    public Uri? Uri(string name, params string[] schemes) => Parsed<Uri?>(name, null,
        text => System.Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0
            ? uri : null,
        $"a URL that begins with {string.Join(" or ", schemes.Select(scheme => $"{scheme}://"))}", isSecret: true);

    /// <summary>Words with commas between.</summary>
    public T Flags<T>(string name, T usual)
        where T : struct, Enum
    {
        string[] words = [.. Enum.GetNames<T>().Select(word => word.ToLowerInvariant())];
        return Parsed<object>(name, usual, text =>
            text.Split(',').All(word => words.Contains(word.Trim())) && Enum.TryParse(text, ignoreCase: true, out T read) ? read : null,
            $"{string.Join(", ", words.Skip(1))}, with commas between") is T found ? found : usual;
    }

    /// <summary>Labels with commas between: name=value.</summary>
    public IReadOnlyDictionary<string, string> Labels(string name)
    {
        try
        {
            return SlotSettings.ReadLabels((Text(name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries), name);
        }
        catch (Fault fault)
        {
            wrong.Add($"{section.Path}:{fault.Message}");
            return new Dictionary<string, string>();
        }
    }

    public void Unless(bool holds, string name, string? value, string allowed)
    {
        if (!holds)
        {
            Add(name, value is null ? "is missing" : $"is '{value}'", allowed);
        }
    }

    /// <summary>Names a setting that would do nothing.</summary>
    public void RefuseUnused(string name, string allowed)
    {
        if (Text(name) is not null)
        {
            Add(name, "would do nothing", allowed);
        }
    }

    /// <summary>Names whatever is in the section and was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (IConfigurationSection other in section.GetChildren().Where(child => !known.Contains(child.Key)))
        {
            Add(other.Key, "is unknown", string.Join(", ", known.Order(StringComparer.Ordinal)));
        }
    }

    /// <exception cref="Fault">SpecInvalid: a line for each setting that is wrong.</exception>
    public void ThrowIfWrong() => Fault.Unless(wrong.Count == 0, FaultCode.SpecInvalid, "settings", string.Join('\n', wrong));

    private T Parsed<T>(string name, T usual, Func<string, T?> parse, string allowed, bool isSecret = false)
    {
        if (Text(name) is not { } text)
        {
            return usual;
        }

        if (parse(text) is { } value)
        {
            return value;
        }

        Add(name, isSecret ? "is none" : $"is '{text}'", allowed);
        return usual;
    }

    private void Add(string name, string what, string allowed) => wrong.Add($"{section.Path}:{name} {what}; allowed: {allowed}");

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,63}\z")]
    private static partial Regex Allowed();
}
