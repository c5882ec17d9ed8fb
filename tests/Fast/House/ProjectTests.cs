using System.Runtime.Versioning;
using System.Text.RegularExpressions;

namespace ViSurf.Tests.Fast.House;

public partial class ProjectTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Sdk"] = [],
        ["Training"] = ["Sdk"],
        ["Grains"] = ["Sdk", "Training"],
        ["Storage"] = ["Grains", "Sdk"],
        ["Silo"] = ["Grains", "Storage"],
        ["Api"] = ["Grains", "Storage", "Silo"],
        ["Cli"] = ["Sdk", "Api"],
    };

    private static readonly string[] RootFiles =
    [
        ".editorconfig", ".gitattributes", ".gitignore", "AGENTS.md", "CHANGELOG.md", "Directory.Build.props", "Directory.Packages.props",
        "LICENSE", "README.md", "ViSurf.Orleans.sln", "global.json",
    ];

    private static readonly string[] RootFolders =
        [".ci", ".config", "bench", "chaos", "data", "deploy", "docs", "eng", "examples", "models", "src", "sweeps", "tests"];

    [Fact]
    public void References_between_projects_point_one_way() => Assert.Empty(
        from path in Projects("src")
        let project = Path.GetFileNameWithoutExtension(path)
        from to in References(path)
        where !Arrows[project].Contains(to)
        select $"{project} -> {to}");

    [Theory]
    [InlineData("Sdk", "Microsoft.Orleans.(Core|Runtime|Client|Server)|EntityFrameworkCore|AspNetCore|TorchSharp")]
    [InlineData("Training", "Orleans|EntityFrameworkCore|AspNetCore|MassTransit|libtorch")]
    [InlineData("Grains", "EntityFrameworkCore|AspNetCore|MassTransit|libtorch")]
    [InlineData("Storage", "AspNetCore|libtorch")]
    public void A_project_stays_clear_of_what_is_not_its_business(string project, string packages) => Assert.Empty(
        from path in Projects("src")
        where Path.GetFileNameWithoutExtension(path) == project
        from package in Packages(path)
        where Regex.IsMatch(package, packages)
        select $"{project}: {package}");

    [Fact]
    public void Only_programs_carry_libtorch() => Assert.Empty(
        from path in Projects("src")
        let text = SourceTree.Read(path)
        where text.Contains("Torch.targets", StringComparison.Ordinal) && !text.Contains("<OutputType>Exe", StringComparison.Ordinal)
        select path);

    [Fact]
    public void Versions_stand_in_one_file() => Assert.Empty(
        from path in Projects("src", "tests", "bench", "chaos")
        where PackageVersion().IsMatch(SourceTree.Read(path))
        select path);

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = SourceTree.Read("ViSurf.Orleans.sln").Replace('\\', '/');
        Assert.All(Projects("src", "tests", "bench", "chaos"), path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void The_root_holds_what_is_listed_here_and_nothing_else()
    {
        Assert.Empty(SourceTree.Files.Where(path => !path.Contains('/')).Except(RootFiles));
        Assert.Empty(SourceTree.Files.Where(path => path.Contains('/')).Select(path => path.Split('/')[0]).Distinct().Except(RootFolders));
    }

    [Theory]
    [InlineData("eng/test")]
    [InlineData("eng/get-helm")]
    [InlineData("eng/kill-demo")]
    [InlineData(".ci/run")]
    [SupportedOSPlatform("linux")]
    public void Scripts_can_be_run(string path) =>
        Assert.True(File.GetUnixFileMode(Repository.File(path)).HasFlag(UnixFileMode.UserExecute));

    [Fact]
    public void Continuous_integration_runs_the_readme_s_test_command() =>
        Assert.Contains("eng/test", SourceTree.Read(".ci/run"), StringComparison.Ordinal);

    private static IEnumerable<string> Projects(params string[] folders) => SourceTree.Files
        .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal) && folders.Any(folder => SourceTree.IsIn(path, folder)));

    private static IEnumerable<string> References(string path) =>
        ProjectReference().Matches(SourceTree.Read(path)).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Packages(string path) =>
        PackageReference().Matches(SourceTree.Read(path)).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""ProjectReference Include="[^"]*?(\w+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex("""PackageReference Include="([^"]+)""")]
    private static partial Regex PackageReference();

    [GeneratedRegex("""PackageReference [^>]*Version=""")]
    private static partial Regex PackageVersion();
}
