using System.Diagnostics;
using System.Text.RegularExpressions;
using ViSurf.Chaos.Cluster;
using ViSurf.Chaos.Run;
using ViSurf.Sdk;
using ViSurf.Tests.Cluster;

namespace ViSurf.Tests.Faults;

/// <summary>The cluster that docs/cluster.md starts by hand, started with its own words.</summary>
[Collection<OwnClusterCollection>]
public sealed partial class ShownClusterTests : IAsyncDisposable
{
    private static readonly Uri Address = new("http://127.0.0.1:5180"); // as the page says
    private readonly TemporaryFolder folder = new();
    private readonly (string Name, string Value)[] settings;

    public ShownClusterTests()
    {
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        settings =
        [
            ("VISURF_SERVICES", folder.Path), ("VISURF_POSTGRES_PORT", $"{Ports.Free()}"), ("VISURF_AZURITE_PORT", $"{Ports.Free()}"),
            ("VISURF_RABBITMQ_PORT", $"{Ports.Free()}"), ("VISURF_RABBITMQ_NODES_PORT", $"{Ports.FreePair()}"),
        ];
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        EngServices services = new(folder.Path, settings);
        foreach (string server in new[] { "azurite", "rabbitmq", "postgres" })
        {
            await services.DownAsync(server);
        }

        folder.Dispose();
    }

    [Fact]
    public async Task The_commands_of_the_page_start_a_cluster_that_trains()
    {
        using Process shell = Start();
        try
        {
            using HttpClient http = new() { BaseAddress = Address };
            ViSurfClient client = new(http);
            await DisturbedCluster.UntilAsync(async () =>
            {
                Assert.False(shell.HasExited, "the page's commands ended");
                return await SlotsAsync(client) == 3 ? "all are there" : null;
            });
            SweepSpec spec = DisturbedCluster.Spec(401, DisturbedCluster.FewSteps);
            await SweepFeed.PatientlyAsync(() => client.SubmitAsync(spec, "shown", Stop), Stop);
            SweepView sweep = await DisturbedCluster.UntilAsync(async () =>
                await client.GetSweepAsync("shown", Stop) is { Phase: not SweepPhase.Running } ended ? ended : null);
            Assert.Equal(SweepPhase.Succeeded, sweep.Phase);
        }
        finally
        {
            // The shell and all that it started are one group.
            using Process end = Process.Start("kill", ["-TERM", "--", $"-{File.ReadAllText(folder.File("group")).Trim()}"]);
            await end.WaitForExitAsync(Stop);
            await shell.WaitForExitAsync(Stop).WaitAsync(TimeSpan.FromMinutes(1), Stop);
        }
    }

    private static async Task<int> SlotsAsync(ViSurfClient client)
    {
        try
        {
            return await client.ListSlotsAsync(Stop).CountAsync(Stop);
        }
        catch (Exception e) when (e is Fault or HttpRequestException)
        {
            return 0;
        }
    }

    private Process Start()
    {
        string page = File.ReadAllText(Repository.File("docs", "cluster.md"));
        string[] blocks = [.. Fence().Matches(page).Select(match => match.Groups[1].Value)];
        IEnumerable<string> first = blocks[0].Split('\n').Where(line => !line.StartsWith("dotnet build", StringComparison.Ordinal));
        IEnumerable<string> second = blocks[1].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => $"{line} >>'{folder.File("log")}' 2>&1 &");
        Assert.Equal(7, second.Count());
        string script = folder.File("page.sh");
        File.WriteAllText(script, string.Join('\n',
            ["set -e", $"echo $$ > '{folder.File("group")}'", .. first, .. second, "wait"]));
        ProcessStartInfo start = new("setsid", ["--wait", "bash", script]) { WorkingDirectory = Repository.Root };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    [GeneratedRegex("```\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
