using System.Text.Json.Nodes;

namespace ViSurf.Tests.Commands;

/// <summary>The demo on a sweep of a few steps: it can be killed anywhere, and what it says is what it stored.</summary>
public class DemoTests(DemoTests.Undisturbed undisturbed) : IClassFixture<DemoTests.Undisturbed>
{
    private const string Sweep = """
        name: short
        seeds: [1]
        base:
          model: { path: models/tiny-base }
          data: { benchmark: mini-mix, labels: 96 }
          sft: { prompts: 192, checkpointEvery: 2, evaluateEvery: 4 }
          rl: { prompts: 96, checkpointEvery: 2, evaluateEvery: 4 }
          evaluate: { items: 4, devItems: 2 }
        rows:
          - { method: sft }
          - { method: sft-rlvr }
          - { method: visurf }
        """;

    // In training; between the stages of sft-rlvr; while a checkpoint is stored; after the first evaluation; between two reports.
    [Theory]
    [InlineData("file f*-s4")]
    [InlineData("said : sft is done")]
    [InlineData("in .visurf/checkpoints/drafts")]
    [InlineData("said #1: done")]
    [InlineData("file report.json")]
    public void Killed_at_any_moment_the_same_command_goes_on_and_gives_the_same_scores(string moment)
    {
        using Scratch scratch = new();
        string sweep = scratch.Write("short.yaml", Sweep);
        Assert.Equal(128 + 9, Visurf.SignalWhen("KILL", scratch.Path, moment, "demo", "--sweep", sweep).Code);
        Assert.False(File.Exists(scratch.File(".visurf", "report", "report.html")));
        (int code, _, string error) = Visurf.Run(scratch.Path, "demo", "--sweep", sweep);
        Assert.True(code == 0, error);
        Assert.Equal(undisturbed.Scores, Scores(scratch));
    }

    // What the stage after it would start from: that stage's owner trains the last steps again.
    [Fact]
    public void A_damaged_model_is_named_and_trained_again_from_the_checkpoint_before_it()
    {
        using Scratch scratch = new();
        string sweep = scratch.Write("short.yaml", Sweep);
        Visurf.SignalWhen("KILL", scratch.Path, "said : sft is done", "demo", "--sweep", sweep);
        foreach (string model in Directory.EnumerateFiles(scratch.File(".visurf", "checkpoints"), "f*-s6", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(model);
            bytes[^5] ^= 1;
            File.WriteAllBytes(model, bytes);
        }

        (int code, _, string error) = Visurf.Run(scratch.Path, "demo", "--sweep", sweep);
        Assert.True(code == 0, error);
        Assert.Contains("SHA-256 differs", error, StringComparison.Ordinal);
        Assert.Equal(undisturbed.Scores, Scores(scratch));
    }

    [Fact]
    public void Stopped_it_writes_a_checkpoint_says_how_to_go_on_and_gives_the_same_scores()
    {
        using Scratch scratch = new();
        string sweep = scratch.Write("short.yaml", Sweep);
        (int code, string error) = Visurf.SignalWhen("TERM", scratch.Path, "file f*-s2", "demo", "--sweep", sweep);
        Assert.Equal(128 + 2, code);
        Assert.Contains("the same command goes on from here", error, StringComparison.Ordinal);
        Assert.Equal(0, Visurf.Run(scratch.Path, "demo", "--sweep", sweep).Code);
        Assert.Equal(undisturbed.Scores, Scores(scratch));
    }

    [Fact]
    public void What_failed_is_listed_and_the_others_are_compared()
    {
        using Scratch scratch = new();
        string sweep = scratch.Write("bad.yaml", Sweep.Replace("192", "64").Replace("96", "32")
            .Replace("method: visurf", "method: visurf, set: { rl.learningRate: 1, rl.clipNorm: 0, method.klWeight: 1000 }"));
        (int code, string output, string error) = Visurf.Run(scratch.Path, "demo", "--sweep", sweep);
        Assert.Equal(1, code);
        Assert.Contains("visurf #1: failed: ", error, StringComparison.Ordinal);
        Assert.Contains("\n  sft-rlvr ", output, StringComparison.Ordinal);
        Assert.Contains("Left out, because not every seed has a result: visurf.", output, StringComparison.Ordinal);
        (code, _, error) = Visurf.Run(scratch.Path, "demo", "--sweep", sweep);
        Assert.Equal(1, code);
        Assert.Contains("visurf #1: failed: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_demo_prints_its_stored_table_and_says_so()
    {
        (int code, string output, string error) = undisturbed.Again();
        Assert.Equal(0, code);
        Assert.Contains("this is the stored result", error, StringComparison.Ordinal);
        Assert.Equal(undisturbed.Output, output);
    }

    [Fact]
    public void The_table_has_a_row_for_base_methods_and_trivial_policies() => Assert.All(
        ["base", "sft", "sft-rlvr", "visurf", "always-empty", "centre-box", "most-frequent", "random"],
        row => Assert.Contains($"\n  {row} ", undisturbed.Output, StringComparison.Ordinal));

    [Fact]
    public void Fresh_forgets_what_is_stored_and_leaves_other_files_alone()
    {
        using Scratch scratch = new();
        string sweep = scratch.Write("short.yaml", Sweep.Replace("192", "64").Replace("96", "32"));
        Assert.Equal(0, Visurf.Run(scratch.Path, "demo", "--sweep", sweep).Code);
        File.WriteAllText(scratch.File(".visurf", "mine.txt"), "kept");
        (_, _, string error) = Visurf.Run(scratch.Path, "demo", "--sweep", sweep, "--fresh");
        Assert.DoesNotContain("stored", error, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(scratch.File(".visurf", "mine.txt")));
    }

    [Fact]
    public void A_second_process_on_the_same_state_is_refused()
    {
        using Scratch scratch = new();
        Directory.CreateDirectory(scratch.File("state"));
        using FileStream held = new(scratch.File("state", "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        (int code, _, string error) = Visurf.Run(scratch.Path, "demo", "--quick", "--state", "state");
        Assert.Equal(2, code);
        Assert.Contains("error: state: is in use by another process", error, StringComparison.Ordinal);
    }

    // All but processor seconds and memory.
    private static string Scores(Scratch scratch)
    {
        JsonNode report = JsonNode.Parse(File.ReadAllText(scratch.File(".visurf", "report", "report.json")))!;
        foreach (JsonNode? experiment in report["rows"]!.AsArray().SelectMany(row => row!["experiments"] as JsonArray ?? []))
        {
            Assert.True(experiment!["cpuSeconds"]!.GetValue<double>() > 0);
            foreach (string measured in (string[])["cpuSeconds", "peakBytes", "isPeakShared"])
            {
                Assert.True(experiment.AsObject().Remove(measured), measured);
            }
        }

        JsonNode main = report["tables"]![0]!;
        int processor = main["columns"]!.AsArray().Select(name => name!.GetValue<string>()).ToList().IndexOf("CPU-s");
        Assert.All(main["lines"]!.AsArray(), line => line!["cells"]!.AsArray().RemoveAt(processor - 1));
        return report.ToJsonString();
    }

    /// <summary>The same demo, run once without a break.</summary>
    public sealed class Undisturbed : IDisposable
    {
        private readonly Scratch scratch = new();
        private readonly string sweep;

        public Undisturbed()
        {
            sweep = scratch.Write("short.yaml", Sweep);
            (int code, Output, string error) = Again();
            Assert.True(code == 0, error);
            Scores = DemoTests.Scores(scratch);
        }

        public string Output { get; }

        public string Scores { get; }

        public (int Code, string Out, string Error) Again() => Visurf.Run(scratch.Path, "demo", "--sweep", sweep);

        public void Dispose() => scratch.Dispose();
    }
}
