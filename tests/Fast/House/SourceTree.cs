using System.Text.RegularExpressions;

namespace ViSurf.Tests.Fast.House;

/// <summary>The files of the checkout, without what builds leave behind.</summary>
internal static partial class SourceTree
{
    /// <summary>Paths from the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Directory.EnumerateFiles(Repository.Root, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        .Where(path => !Built().IsMatch(path)).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Code(params string[] folders) =>
        Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && folders.Any(folder => IsIn(path, folder)));

    public static IEnumerable<string> Pages() => Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(Repository.File(path));

    public static string[] Lines(string path) => File.ReadAllLines(Repository.File(path));

    public static bool IsIn(string path, string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    [GeneratedRegex(@"(^|/)(bin|obj|\.git|\.vs|\.idea|\.visurf|BenchmarkDotNet\.Artifacts|TestResults)(/|$)")]
    private static partial Regex Built();
}
