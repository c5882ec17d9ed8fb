using System.Text.RegularExpressions;

namespace ViSurf.Tests.Chart;

/// <summary>The Dockerfile, as far as it can be judged without building an image.</summary>
public partial class ImageTests
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.File("deploy", "docker", "Dockerfile"));

    private static readonly string[] Sent = File.ReadAllLines(Repository.File("deploy", "docker", "Dockerfile.dockerignore"));

    [Fact]
    public void What_is_copied_exists_and_is_sent_to_the_builder() => Assert.All(Copied(), path =>
    {
        Assert.True(Path.Exists(Repository.File(path)), path);
        Assert.Contains(Allowed, sent => IsIn(path, sent));
    });

    [Fact]
    public void Everything_that_is_sent_is_copied()
    {
        Assert.Equal("*", Sent.First(line => !line.StartsWith('#')));
        Assert.All(Allowed, sent => Assert.Contains(Copied(), path => IsIn(path, sent)));
    }

    [Fact]
    public void The_projects_of_the_program_are_restored_before_its_code_is_copied()
    {
        int code = Array.FindIndex(Lines, line => line.StartsWith("COPY src/ ", StringComparison.Ordinal));
        Assert.Equal(
            Projects("src/Api/Api.csproj").Distinct().Order(),
            Copied(Lines[..code]).Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void The_published_program_runs_as_a_user_with_the_ports_and_the_home_that_the_chart_gives_it()
    {
        Assert.Contains("USER ${APP_UID}", Lines);
        Assert.Contains("ENV HOME=/tmp", Lines);
        Assert.Contains("EXPOSE 8080 11111 30000", Lines);
        Assert.Contains("ENTRYPOINT [\"/app/ViSurf.Orleans.Api\"]", Lines);
        Assert.Contains("ViSurf.Orleans.$(MSBuildProjectName)",
            File.ReadAllText(Repository.File("Directory.Build.props")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_backend_is_a_property_of_the_build()
    {
        string targets = File.ReadAllText(Repository.File("eng", "torch", "Torch.targets"));
        Assert.All(Lines.Where(line => line.StartsWith("RUN dotnet", StringComparison.Ordinal)), line =>
            Assert.Contains("-p:TorchBackend=${TORCH_BACKEND}", line, StringComparison.Ordinal));
        Assert.All(["cpu", "cuda"], backend => Assert.Contains($"'$(TorchBackend)' == '{backend}'", targets, StringComparison.Ordinal));
    }

    private static string[] Allowed => [.. Sent.Where(line => line.StartsWith('!')).Select(line => line[1..])];

    private static bool IsIn(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static string[] Copied() => Copied(Lines);

    // Paths from the root; what comes from another stage is none.
    private static string[] Copied(string[] lines) =>
    [
        .. lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).Select(path => path.TrimEnd('/')),
    ];

    private static IEnumerable<string> Projects(string path) => Reference().Matches(File.ReadAllText(Repository.File(path)))
        .SelectMany(match => Projects($"src/{match.Groups[1].Value}")).Prepend(path);

    [GeneratedRegex("""ProjectReference Include="../([^"]+)""")]
    private static partial Regex Reference();
}
