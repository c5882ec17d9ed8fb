using System.Diagnostics;
using ViSurf.Chaos.Invariants;
using ViSurf.Chaos.Run;

namespace ViSurf.Tests.Faults;

/// <summary>A cluster at work under all mishaps at once, and what its report says.</summary>
[Collection<OwnClusterCollection>]
public sealed class ChaosTests
{
    [Theory]
    [InlineData("--minutes 2 --seed 1", "all 11 invariants hold")] // nothing was lost, nothing done twice, every kind of mishap happened
    [InlineData("--recovery 1", "kill -9 of the control process with the scheduler")]
    public async Task The_command_ends_well_and_says_what_it_saw(string arguments, string expected)
    {
        ProcessStartInfo start = new(Repository.File("eng", "chaos"), arguments.Split(' '))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process chaos = Process.Start(start)!;
        Task<string> errors = chaos.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string report = await chaos.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await chaos.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(chaos.ExitCode == 0, $"{report}\n{await errors}");
        Assert.Contains(expected, report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_in_which_a_kind_of_mishap_did_not_happen_is_not_sound()
    {
        Evidence nothing = new()
        {
            Experiments = [],
            Stages = [],
            Steps = Enumerable.Empty<int>().ToLookup(_ => ""),
            Results = [],
            Events = [],
            Blobs = new Dictionary<string, (long, string)>(),
        };
        ChaosOptions options = new(TimeSpan.FromMinutes(1), 1);
        Assert.True(ChaosReport.Of(options, new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }, 0, nothing, []).IsSound);
        ChaosReport one = ChaosReport.Of(options, new Dictionary<string, int> { ["a"] = 1, ["b"] = 0 }, 0, nothing, []);
        Assert.False(one.IsSound);
        Assert.Contains("NOT SOUND: b did not happen", one.Text(), StringComparison.Ordinal);
    }
}
