namespace ViSurf.Tests.Commands;

/// <summary>The scripts of examples work against a server.</summary>
[Collection(nameof(RunningServer))]
public class ExampleTests(RunningServer server)
{
    [Fact]
    public void The_ablation_runs_to_its_report()
    {
        (int code, string output, string error) = Visurf.RunProgram(
            "dotnet", Repository.Root, "run", "examples/ablation.cs", server.Address);
        Assert.True(code == 0, $"{output}\n{error}");
        Assert.Contains("# small-ablation\n", output, StringComparison.Ordinal);
        foreach (string row in (string[])["visurf, mini-mix, full", "visurf, mini-mix, noAlign", "visurf, mini-mix, noSmooth"])
        {
            Assert.Contains($"| {row} |", output, StringComparison.Ordinal);
        }
    }
}
