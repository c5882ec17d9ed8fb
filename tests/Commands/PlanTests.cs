using System.Text.Json.Nodes;

namespace ViSurf.Tests.Commands;

/// <summary>visurf plan of models that are not there: a configuration is enough.</summary>
public class PlanTests
{
    [Fact]
    public void The_paper_s_comparison_is_planned_from_a_configuration_alone()
    {
        using Scratch scratch = new();
        (int code, string output, string error) = Visurf.Run(scratch.Path, "plan", "sweeps/paper-7b.yaml", "--device", "h200", "--json");
        Assert.True(code == 0, error);
        JsonNode plan = JsonNode.Parse(output)!;
        Assert.Equal((72, 90), (plan["trainingStages"]!.GetValue<int>(), plan["trainingStagesAlone"]!.GetValue<int>()));
        JsonArray estimates = plan["estimates"]!.AsArray();
        Assert.Equal(72, estimates.Count);
        Assert.Equal(2 * 72 * (2 + 8) * 8_292_166_656, plan["checkpoints"]!["bytes"]!.GetValue<long>());
        Assert.All(estimates, estimate =>
        {
            Assert.Equal(2 * 8_292_166_656, estimate!["standing"]!["weights"]!.GetValue<long>());
            Assert.True(estimate["hours"]!.GetValue<double>() > 0);
        });
    }

    [Fact]
    public void What_does_not_fit_the_device_is_refused_after_the_table()
    {
        using Scratch scratch = new();
        (int code, string output, string error) = Visurf.Run(scratch.Path, "plan", "sweeps/paper-7b.yaml", "--device", "h100");
        Assert.Equal(2, code);
        Assert.StartsWith("paper-7b: 78 experiments, 72 training stages (90 without sharing)\n", output, StringComparison.Ordinal);
        Assert.StartsWith("error: sft: needs about ", error, StringComparison.Ordinal);
        Assert.Contains("the device has 74.51 GiB; the largest parts are ", error, StringComparison.Ordinal);
        Assert.Contains("model.lora", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_weights_or_no_adapter_is_planned_and_not_trained()
    {
        using Scratch scratch = new();
        (int code, _, string error) = Visurf.Run(scratch.Path, "demo", "--sweep", "sweeps/paper-7b.yaml", "--state", "state");
        Assert.Equal(2, code);
        Assert.Equal(6, error.Split("error: data.benchmark: '").Length - 1);
        Assert.Contains("error: data.benchmark: 'mathvista' has no adapter", error, StringComparison.Ordinal);
        string text = File.ReadAllText(Repository.File("sweeps", "paper-7b.yaml"));
        string before = text[..text.IndexOf("  benchmark:", StringComparison.Ordinal)];
        string small = scratch.Write("one.yaml", $"{before}  benchmark: [mini-mix]\n");
        (code, _, error) = Visurf.Run(scratch.Path, "demo", "--sweep", small, "--state", "state");
        Assert.Equal(2, code);
        Assert.Contains("model.path: 'models/qwen2.5-vl-7b' holds no weights", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_says_what_stays_on_disk_before_and_after_retention()
    {
        using Scratch scratch = new();
        const string kept = "retention: { days: 14, keepBest: { metric: P-acc, models: 1 } }\n";
        string file = scratch.Write("kept.yaml", ShortSpec.Of("sweeps/group-size.yaml") + kept);
        (int code, string output, string error) = Visurf.Run(scratch.Path, "plan", file);
        Assert.True(code == 0, error);
        const string size = @"[\d.]+ [GM]B";
        Assert.Matches(
            $"checkpoints: {size}, the last two of each stage, for 14 days; then at most {size}, the best 1 by P-acc\n", output);
    }

    [Fact]
    public void Every_mistake_of_a_sweep_is_a_line()
    {
        using Scratch scratch = new();
        string file = scratch.Write("wrong.yaml", """
            name: wrong
            seeds: [1]
            base: { model: { path: models/tiny-base }, data: { benchmark: mini-mix, labels: 0 }, rl: { speed: 1 } }
            axes: { method: [sft], rl.rate: [1] }
            """);
        (int code, string output, string error) = Visurf.Run(scratch.Path, "plan", file);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(["error: axes.rl.rate", "error: base.data.labels", "error: base.rl.speed"],
            error.TrimEnd().Split('\n').Select(line => string.Join(':', line.Split(':')[..2])).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("--device", "h1000", "--device: is 'h1000'; allowed: h200, h100, a100-80, a100-40, l40s, rtx4090, cpu")]
    [InlineData("--slots", "0", "--slots: is 0; allowed: 1 to 10000")]
    public void A_device_that_is_not_known_is_refused(string option, string value, string message)
    {
        using Scratch scratch = new();
        (int code, _, string error) = Visurf.Run(scratch.Path, "plan", "sweeps/paper-mini.yaml", option, value);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
