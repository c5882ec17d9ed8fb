using System.Text.Json.Nodes;

namespace ViSurf.Tests.Commands;

/// <summary>The commands that talk to a server, against one that runs.</summary>
[Collection(nameof(RunningServer))]
public class ServerCommandTests(RunningServer server)
{
    private const string Sweep = """
        name: two
        seeds: [1]
        base:
          model: { path: models/tiny-base }
          data: { benchmark: mini-mix, labels: 32 }
          sft: { prompts: 32, evaluateEvery: 0 }
          rl: { prompts: 16, evaluateEvery: 0 }
          evaluate: { items: 2, devItems: 2 }
        rows:
          - { method: sft }
          - { method: sft-rlvr }
        """;

    [Fact]
    public void The_same_sweep_under_the_same_key_is_submitted_once_and_more_seeds_extend_it()
    {
        string file = server.Write("two.yaml", Sweep);
        Assert.StartsWith("created: two, revision 1, ", Output("submit", file, "--key", "two"), StringComparison.Ordinal);
        Assert.StartsWith("unchanged: two, revision 1, ", Output("submit", file, "--key", "two"), StringComparison.Ordinal);
        string more = server.Write("more.yaml", Sweep.Replace("[1]", "[1, 2]"));
        string output = Output("submit", more, "--key", "two", "--watch");
        Assert.StartsWith("extended: two, revision 2, ", output, StringComparison.Ordinal);
        Assert.EndsWith("two: succeeded, 5 succeeded\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_trains_what_comes_after_its_step_beside_the_experiment_that_is_there()
    {
        string whole = server.Experiment("rlvr");
        string output = Output(
            "branch", whole, "--at-step", "1", "--set", "rl.learningRate=0.01", "--key", "branched", "--watch");
        Assert.EndsWith("branched: succeeded, 3 succeeded\n", output, StringComparison.Ordinal);
        JsonNode[] experiments = [.. Json("show", "branched")["experiments"]!.AsArray().Select(one => one!)];
        string Id(string row) => experiments.Single(one => one["row"]!.GetValue<string>() == row)["id"]!.GetValue<string>();
        JsonArray stages = Json("show", Id("rl.learningRate=0.01 from step 1"))["stages"]!.AsArray();
        Assert.Equal([1, 1, 2], stages.Select(stage => stage!["step"]!.GetValue<int>()).Order()); // up to the branch, evaluate, after it
        Assert.All(Json("show", Id("rlvr"))["stages"]!.AsArray(), stage => Assert.Equal(whole, stage!["owner"]!.GetValue<string>()));
    }

    [Fact]
    public void Another_sweep_under_a_key_that_is_taken_is_refused()
    {
        string file = server.Write("other.yaml", Sweep.Replace("labels: 32", "labels: 64"));
        (int code, _, string error) = server.Run("submit", file, "--key", ShownCommands.Sweep);
        Assert.Equal(2, code);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_answer_is_there_as_JSON()
    {
        JsonNode sweep = Json("list").AsArray().Single(one => one!["id"]!.GetValue<string>() == ShownCommands.Sweep)!;
        Assert.Equal("succeeded", sweep["phase"]!.GetValue<string>());
        JsonArray experiments = Json("show", ShownCommands.Sweep)["experiments"]!.AsArray();
        Assert.Equal(["base", "rlvr", "sft", "sft-rlvr", "visurf"], experiments.Select(one => one!["row"]!.GetValue<string>()).Order());
        string both = experiments.Select(one => one!).Single(one => one["row"]!.GetValue<string>() == "sft-rlvr")["id"]!.GetValue<string>();
        JsonNode shown = Json("show", both);
        Assert.Equal(["sft", "rlvr", "evaluate"],
            shown["experiment"]!["stages"]!.AsArray().Select(stage => stage!["name"]!.GetValue<string>()));
        Assert.All(shown["stages"]!.AsArray(), stage => Assert.Equal("done", stage!["state"]!.GetValue<string>()));
        Assert.NotEmpty(Json("slots").AsArray());
        Assert.Equal("quick", Json("report", ShownCommands.Sweep)["name"]!.GetValue<string>());
    }

    [Fact]
    public void A_watch_tells_what_happened_from_the_beginning_and_ends_with_the_sweep()
    {
        (int code, string output, _) = server.Run("watch", ShownCommands.Sweep, "--json");
        Assert.Equal(0, code);
        string[] kinds = [.. output.Trim().Split('\n').Select(line => JsonNode.Parse(line)!["event"]?["kind"]?.GetValue<string>())
            .OfType<string>()];
        Assert.Equal("sweepSubmitted", kinds[0]);
        Assert.Equal(5, kinds.Count(kind => kind == "experimentCompleted"));
        Assert.Equal("sweepCompleted", kinds[^1]);
    }

    [Fact]
    public void A_report_is_a_table_for_people_or_a_file()
    {
        Assert.Contains("\n  sft-rlvr ", Output("report", ShownCommands.Sweep), StringComparison.Ordinal);
        Assert.StartsWith("# quick\n", Output("report", ShownCommands.Sweep, "--format", "md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Plots_are_files_in_a_folder()
    {
        using Scratch scratch = new();
        string[] files = [.. JsonNode.Parse(Output("plot", ShownCommands.Sweep, "--out", scratch.File("plots"), "--format", "png",
            "--measure", "pAcc", "--json"))!.AsArray().Select(file => file!.GetValue<string>())];
        Assert.Equal(files.Order(), Directory.EnumerateFiles(scratch.File("plots")).Order());
        Assert.Contains(scratch.File("plots", "bars.png"), files);
        Assert.Contains(scratch.File("plots", "curve-reward-mean.png"), files);
        (int code, _, string error) =
            server.Run("plot", ShownCommands.Sweep, "--out", scratch.File("none"), "--measure", "none", "--format", "pdf");
        Assert.Equal(2, code);
        Assert.Contains("svg, png", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_of_all_training_steps_are_a_line_each()
    {
        using Scratch scratch = new();
        string path = scratch.File("metrics.csv");
        Output("metrics", ShownCommands.Sweep, "--out", path);
        string[][] lines = [.. File.ReadLines(path).Select(line => line.Split(','))];
        Assert.Equal(["experiment", "row", "seed", "stage", "step", "name", "value"], lines[0]);
        Assert.All(lines, line => Assert.Equal(7, line.Length));
        Assert.Equal(["rlvr", "sft", "sft-rlvr", "visurf"], lines.Skip(1).Select(line => line[1]).Distinct().Order());
        Assert.Equal(["sft", "rlvr"], lines.Where(line => line[1] == "sft-rlvr").Select(line => line[3]).Distinct());
        string[] sft = [.. lines.Where(line => line[1] == "sft").Select(line => string.Join(',', line[3..]))];
        Assert.Equal(sft, lines.Where(line => line[1] == "sft-rlvr" && line[3] == "sft").Select(line => string.Join(',', line[3..])));
        JsonNode said = JsonNode.Parse(Output("metrics", ShownCommands.Sweep, "--out", scratch.File("metrics.parquet"),
            "--format", "parquet", "--json"))!;
        Assert.Equal(lines.Length - 1, said["points"]!.GetValue<long>());
        Assert.Equal("PAR1", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(scratch.File("metrics.parquet"))[..4]));
    }

    [Fact]
    public void TensorBoard_finds_a_folder_for_each_stage_of_each_experiment()
    {
        using Scratch scratch = new();
        string folder = scratch.File("runs");
        long points = JsonNode.Parse(Output("metrics", ShownCommands.Sweep, "--out", scratch.File("metrics.csv"), "--json"))!["points"]!
            .GetValue<long>();
        for (int times = 0; times < 2; times++) // what is there gives way
        {
            JsonNode said = JsonNode.Parse(Output("metrics", ShownCommands.Sweep, "--out", folder, "--format", "tensorboard", "--json"))!;
            Assert.Equal(points, said["points"]!.GetValue<long>());
            string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
            Assert.Equal(["rlvr-s1/rlvr", "sft-rlvr-s1/rlvr", "sft-rlvr-s1/sft", "sft-s1/sft", "visurf-s1/visurf"],
                files.Select(Path.GetDirectoryName));
            Assert.All(files, file => Assert.Contains("tfevents", Path.GetFileName(file), StringComparison.Ordinal));
        }

        byte[] events = File.ReadAllBytes(scratch.File("runs", "sft-s1", "sft", "events.out.tfevents.0.visurf"));
        Assert.StartsWith("brain.Event:2", System.Text.Encoding.ASCII.GetString(events, 14, 16), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_counts_what_is_shared_and_what_is_stored()
    {
        string file = server.Write("plan.yaml", Sweep.Replace("[1]", "[8]"));
        Assert.StartsWith("two: 3 experiments, 2 training stages (3 without sharing)\n", Output("plan", file), StringComparison.Ordinal);
        using Scratch elsewhere = new();
        string here = Visurf.Run(elsewhere.Path, "plan", elsewhere.Write("plan.yaml", Sweep.Replace("[1]", "[8]")), "--json").Out;
        Assert.Equal(WithoutHours(here), WithoutHours(Output("plan", file, "--json")));
    }

    [Fact]
    public void A_plan_says_how_long_stages_of_its_kinds_took_on_the_server_and_what_they_left_there()
    {
        string file = server.Write("past.yaml", Sweep.Replace("rows:\n  - { method: sft }\n  - { method: sft-rlvr }",
            "axes: { method: [sft] }").Replace("prompts: 32", "prompts: 64"));
        JsonNode plan = Json("plan", file);
        JsonNode past = Assert.Single(plan["past"]!.AsArray())!;
        Assert.Equal("sft", past["stage"]!.GetValue<string>());
        Assert.True(past["count"]!.GetValue<int>() >= 1 && past["median"]!.GetValue<double>() > 0);
        Assert.Contains("measured on that server: ", Output("plan", file), StringComparison.Ordinal);
    }

    [Fact]
    public void Planned_bytes_of_checkpoints_are_those_that_a_stage_leaves()
    {
        string file = server.Write("left.yaml", Sweep.Replace("[1]", "[21]").Replace("\n  - { method: sft-rlvr }", ""));
        Output("submit", file, "--key", "left", "--watch");
        JsonNode plan = Json("plan", file);
        Assert.Equal(3, plan["storedStages"]!.GetValue<int>());
        Assert.Equal(0, plan["hours"]!.GetValue<double>());
        string experiment = Json("show", "left")["experiments"]!.AsArray().Select(one => one!)
            .Single(one => one["row"]!.GetValue<string>() == "sft")["id"]!.GetValue<string>();
        long stored = Json("show", experiment)["stages"]!.AsArray().Select(one => one!)
            .Single(one => one["name"]!.GetValue<string>() == "sft")["checkpoint"]!["length"]!.GetValue<long>();
        Assert.InRange(plan["checkpoints"]!["bytes"]!.GetValue<long>(), 0.95 * stored, 1.05 * stored);
    }

    // They follow from what this machine does in this moment, and from what the server did before.
    private static string WithoutHours(string plan)
    {
        JsonNode json = JsonNode.Parse(plan)!;
        json.AsObject().Remove("hours");
        json.AsObject().Remove("past");
        foreach (JsonNode? estimate in json["estimates"]!.AsArray())
        {
            Assert.True(estimate!["hours"]!.GetValue<double>() > 0);
            estimate.AsObject().Remove("hours");
        }

        return json.ToJsonString();
    }

    [Fact]
    public void A_cancelled_sweep_says_why_and_a_watch_of_it_ends_with_1()
    {
        string file = server.Write("long.yaml", Sweep.Replace("prompts: 32", "prompts: 32000").Replace("[1]", "[3]"));
        Output("submit", file, "--key", "long");
        Output("cancel", "long", "--reason", "enough");
        (int code, string output, _) = server.Run("watch", "long");
        Assert.Equal(1, code);
        Assert.Contains("long: cancelled", output, StringComparison.Ordinal);
        Assert.Contains("enough", Output("show", "long"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show", "none")]
    [InlineData("show", "shown/none")]
    [InlineData("watch", "none")]
    [InlineData("report", "none")]
    [InlineData("cancel", "none")]
    public void What_is_not_there_is_named(string verb, string id)
    {
        (int code, _, string error) = server.Run(verb, id);
        Assert.Equal(2, code);
        Assert.Contains("none", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Without_a_server_a_command_says_how_to_start_one()
    {
        using Scratch scratch = new();
        (int code, _, string error) = Visurf.Run(scratch.Path, "list");
        Assert.Equal(3, code);
        Assert.Contains("visurf up --state .visurf", error, StringComparison.Ordinal);
        (code, _, error) = Visurf.Run(scratch.Path, "list", "--server", "http://127.0.0.1:1");
        Assert.Equal(3, code);
        Assert.StartsWith("error: http://127.0.0.1:1/: ", error, StringComparison.Ordinal);
    }

    private string Output(params string[] arguments)
    {
        (int code, string output, string error) = server.Run(arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {code}\n{output}\n{error}");
        return output;
    }

    private JsonNode Json(params string[] arguments) => JsonNode.Parse(Output([.. arguments, "--json"]))!;
}
