using System.Text.RegularExpressions;

namespace ViSurf.Tests.Fast.House;

/// <summary>README, AGENTS and docs tell of what is there.</summary>
public partial class PageTests
{
    private const string Program = @"(?:dotnet run -c Release --project src/Cli --|visurf) ";

    [Fact]
    public void Every_command_shown_exists()
    {
        string verbs = string.Concat(SourceTree.Code("src/Cli/Verbs").Select(SourceTree.Read));
        Assert.Empty(
            from path in SourceTree.Pages()
            from Match match in Command().Matches(SourceTree.Read(path))
            let verb = match.Groups[1].Value
            where !verbs.Contains($"new(\"{verb}\"", StringComparison.Ordinal)
            select $"{path}: {match.Value}");
    }

    [Fact]
    public void Every_option_shown_exists()
    {
        string verbs = string.Concat(SourceTree.Code("src/Cli/Verbs").Select(SourceTree.Read));
        Assert.Empty(
            from path in SourceTree.Pages()
            from line in SourceTree.Lines(path)
            where Command().IsMatch(line)
            from Match option in Option().Matches(Command().Split(line)[^1])
            where !verbs.Contains($"\"{option.Value.Trim()}\"", StringComparison.Ordinal)
            select $"{path}: {option.Value}");
    }

    [Fact]
    public void Every_file_shown_exists() => Assert.Empty(
        from path in SourceTree.Pages()
        from Match match in ShownFile().Matches(SourceTree.Read(path))
        let file = match.Groups[1].Value
        where !Path.Exists(Repository.File(file))
        select $"{path}: {file}");

    [Fact]
    public void Every_link_leads_somewhere() => Assert.Empty(
        from path in SourceTree.Pages()
        from Match match in Link().Matches(SourceTree.Read(path))
        let target = match.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.StartsWith("http", StringComparison.Ordinal)
        where !Path.Exists(Path.Combine(Path.GetDirectoryName(Repository.File(path))!, target))
        select $"{path}: {target}");

    [Fact]
    public void The_readme_shows_the_two_commands()
    {
        string readme = SourceTree.Read("README.md");
        Assert.Contains("\ndotnet run -c Release --project src/Cli -- demo\n", readme, StringComparison.Ordinal);
        Assert.Contains("\n./eng/test\n", readme, StringComparison.Ordinal);
    }

    [GeneratedRegex(Program + @"([a-z]+)\b")]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<= )--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<![\w/.-])((?:src|tests|eng|bench|chaos|sweeps|docs|models|data)/[\w./-]*\w)")]
    private static partial Regex ShownFile();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
