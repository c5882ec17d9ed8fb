using System.Text.RegularExpressions;

namespace ViSurf.Tests.Commands;

/// <summary>Spec and sweep files with the same fields and smaller numbers: seconds instead of minutes.</summary>
internal static partial class ShortSpec
{
    private const int Prompts = 32;

    /// <summary>A shipped file, shortened.</summary>
    public static string Of(string path)
    {
        string text = File.ReadAllText(Repository.File(path));
        text = Number().Replace(text, match => $"{match.Groups[1]}: {(match.Groups[1].Value == "labels" ? 2 * Prompts : Prompts)}");
        text = Seeds().Replace(text, "seeds: [1]");
        text = Model().Replace(text, "path: models/tiny-base");
        text = Trials().Replace(text, "trials: 2");
        text = First().Replace(text, $"first: {Prompts / 2}");
        string split = text.Contains("search:", StringComparison.Ordinal) ? "split: dev, " : "";
        text = Evaluate().Replace(text, "");
        return Data().Replace(text, $"$1$2\n$1evaluate: {{ {split}items: 4, devItems: 2 }}");
    }

    [GeneratedRegex(@"\b(prompts|labels): \d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"\btrials: \d+")]
    private static partial Regex Trials();

    [GeneratedRegex(@"\bfirst: \d+")]
    private static partial Regex First();

    [GeneratedRegex(@"seeds: \[.*\]")]
    private static partial Regex Seeds();

    [GeneratedRegex(@"path: [\w./-]+")]
    private static partial Regex Model();

    [GeneratedRegex(@"(?m)^ *evaluate: .*\n")]
    private static partial Regex Evaluate();

    [GeneratedRegex(@"(?m)^( *)(data: .*)$")]
    private static partial Regex Data();
}
