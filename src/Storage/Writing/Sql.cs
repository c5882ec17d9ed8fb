using System.Text.RegularExpressions;

namespace ViSurf.Storage;

/// <summary>A statement. Its parameters are named in the text; values are given in the order of their first mention.</summary>
internal sealed partial class Sql(string text)
{
    public string Text { get; } = text;

    /// <summary>The parameters' names, with their @.</summary>
    public IReadOnlyList<string> Names { get; } = NamesIn(text);

    /// <summary>The text with $1, $2, ... for the names.</summary>
    public string Numbered { get; } = ParameterName().Replace(text, match => $"${Array.IndexOf(NamesIn(text), match.Value) + 1}");

    private static string[] NamesIn(string text) => [.. ParameterName().Matches(text).Select(match => match.Value).Distinct()];

    [GeneratedRegex(@"@\w+")]
    private static partial Regex ParameterName();
}

/// <summary>A statement with its values.</summary>
/// <param name="IsCondition">Where it changes no row, the whole write is refused.</param>
internal sealed record Call(Sql Sql, object?[] Values, bool IsCondition = false);
