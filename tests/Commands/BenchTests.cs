using System.Text.Json.Nodes;

namespace ViSurf.Tests.Commands;

public class BenchTests
{
    [Fact]
    public void The_scheduler_s_bench_still_runs()
    {
        using Scratch scratch = new();
        string program = Visurf.Folder.Replace(Path.Combine("src", "Cli"), "bench", StringComparison.Ordinal);
        (int code, string output, string error) = Visurf.RunProgram(
            Path.Combine(program, "ViSurf.Orleans.Bench"), scratch.Path, "scheduler", "--tiny", "--json");
        Assert.True(code == 0, error);
        JsonNode report = JsonNode.Parse(output)!;
        Assert.True(report["rates"]!["200"]!["perSecond"]!.GetValue<double>() > 0);
        Assert.Equal(1000, report["rebuiltRows"]!.GetValue<int>());
    }
}
