using System.Text.RegularExpressions;

namespace ViSurf.Tests.Chart;

/// <summary>The commands of docs/kubernetes.md.</summary>
public partial class PageTests
{
    private const string Install = "helm upgrade --install ";

    private static readonly string[] Shown =
    [
        .. Fence().Matches(File.ReadAllText(Repository.File("docs", "kubernetes.md")))
            .SelectMany(fence => fence.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            .Select(line => Comment().Replace(line, "").Trim()).Where(line => line.Length > 0),
    ];

    [Fact]
    public void What_is_installed_renders()
    {
        string[] commands = [.. Shown.Where(line => line.StartsWith(Install, StringComparison.Ordinal))];
        Assert.NotEmpty(commands);
        Assert.All(commands, command =>
        {
            string[] words = command[Install.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            (int code, string output, string error) = Helm.Run(["template", .. words]);
            Assert.True(code == 0, error);
            Assert.NotEmpty(Rendered.Parse(output));
        });
    }

    [Fact]
    public void Every_command_is_of_a_known_program_and_the_files_that_it_names_exist() => Assert.All(Shown, line =>
    {
        Assert.Matches("^(helm|kubectl|docker build) ", line);
        Assert.All(File_().Matches(line).Select(match => match.Value), path => Assert.True(Path.Exists(Repository.File(path)), path));
    });

    [Theory]
    [InlineData("helm history --help")]
    [InlineData("helm rollback --help")]
    public void Helm_knows_what_is_shown(string command)
    {
        Assert.Contains(Shown, line => line.StartsWith(command.Replace(" --help", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Equal(0, Helm.Run(command.Split(' ')[1..]).Code);
    }

    [GeneratedRegex(@"(?ms)^```\w*\n(.*?)^```")]
    private static partial Regex Fence();

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bdeploy/[\w./-]+")]
    private static partial Regex File_();
}
