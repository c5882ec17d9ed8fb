using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Reports;
using ViSurf.Training.Statistics;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Reports;

public class StudyTests
{
    private const int Headline = 0;

    [Fact]
    public void The_best_row_is_bold_where_its_lead_is_beyond_chance()
    {
        StudyReport report = new(Studies.Of(seeds: 3, ("sft", 0.3), ("visurf", 0.8)));
        Assert.True(report.Table.IsBold("visurf", Headline));
        Assert.False(report.Table.IsBold("sft", Headline));
        Assert.Contains("| visurf | **0.", MarkdownReport.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_bold_where_two_rows_are_the_same()
    {
        StudyReport report = new(Studies.Of(seeds: 1, ("visurf", 0.5), ("rlvr", 0.5)));
        Assert.DoesNotContain(report.Main.Lines, line => line.Cells[Headline].Bold);
    }

    [Fact]
    public void The_base_and_policies_that_look_at_nothing_are_never_bold()
    {
        StudyReport report = new(Studies.Of(seeds: 2, ("sft", 0.01), ("visurf", 0.02)));
        Assert.All(report.Main.Lines.Where(line => line.Label is "base" or "always-empty"),
            line => Assert.DoesNotContain(line.Cells, cell => cell.Bold));
    }

    [Fact]
    public void Differences_are_paired_seed_by_seed()
    {
        Study study = Studies.Of(seeds: 3, ("sft", 0.4), ("visurf", 0.6));
        StudyReport report = new(study);
        double[] leads = [.. Enumerable.Range(0, 3).Select(seed =>
            Measure.For(new ViSurf.Training.Benchmarks.MiniMixBenchmark())[Headline] is var measure
                ? measure.Of(study.Rows[1].Results[seed].Measurements) - measure.Of(study.Rows[0].Results[seed].Measurements)
                : 0)];
        Assert.Equal(SeedInterval.Of(leads), report.Table.Difference("visurf", "sft", Headline));
    }

    [Fact]
    public void Over_seeds_contrasts_are_corrected_together_and_a_star_says_which_are_found()
    {
        StudyReport report = new(Studies.Of(seeds: 5, ("sft", 0.2), ("rlvr", 0.9), ("visurf", 0.9)));
        Contrast far = report.Contrasts.Single(one => one.Other == "sft" && one.Measure == "harmonicMean");
        Contrast near = report.Contrasts.Single(one => one.Other == "rlvr" && one.Measure == "harmonicMean");
        Assert.True(far.IsSignificant && !near.IsSignificant && far.Holm >= far.P);
        Assert.Equal(report.Table.Difference("visurf", "sft", Headline), far.Difference);
        string[] lines = MarkdownReport.Write(report).Split('\n');
        Assert.Contains(lines, line => line.StartsWith("| visurf - sft | **+0.", StringComparison.Ordinal) && line.Contains("\\***"));
        Assert.DoesNotContain("\\*", lines.Single(line => line.StartsWith("| visurf - rlvr", StringComparison.Ordinal)).Split('|')[2]);
        Assert.Contains(report.Notes, note => note.Contains("corrected after Holm for all", StringComparison.Ordinal));
        Assert.Equal(report.Contrasts.Count, JsonReport.Make(report)["contrasts"]!.AsArray().Count);
        Assert.Empty(new StudyReport(Studies.Of(seeds: 1, ("sft", 0.2), ("visurf", 0.9))).Contrasts);
    }

    [Fact]
    public void One_seed_says_that_its_intervals_are_over_items_only()
    {
        Assert.Contains(new StudyReport(Studies.Of(1, ("sft", 0.5))).Notes,
            note => note.Contains("over items only", StringComparison.Ordinal));
        Assert.DoesNotContain(new StudyReport(Studies.Of(2, ("sft", 0.5))).Notes,
            note => note.Contains("over items only", StringComparison.Ordinal));
    }

    [Fact]
    public void The_rule_that_chose_the_checkpoint_stands_under_the_table() =>
        Assert.Contains(new StudyReport(Studies.Of(1, ("sft", 0.5))).Notes,
            note => note.StartsWith("Reported checkpoint: the last", StringComparison.Ordinal));

    [Fact]
    public void A_benchmark_without_cells_has_no_table_of_them()
    {
        Study study = Studies.Of(2, ("sft", 0.4), ("visurf", 0.6));
        StudyRow New(StudyRow row) => row with
        {
            Results = [.. row.Results.Select(result => result with
            {
                Spec = result.Spec with { Data = result.Spec.Data with { Benchmark = "mini-new" } },
            })],
        };
        StudyReport report = new(study with { Rows = [.. study.Rows.Select(New)] });
        Assert.All(report.Tables, table => Assert.True(table.Columns.Count > 1, table.Title));
    }

    [Fact]
    public void Rows_measured_on_other_items_are_not_compared()
    {
        Study study = Studies.Of(1, ("sft", 0.5), ("visurf", 0.5));
        Measurement task = study.Rows[1].Results[0].Task();
        ExperimentResult shorter = study.Rows[1].Results[0] with
        {
            Measurements = [task with { Items = [.. task.Items.Skip(1)] }, .. study.Rows[1].Results[0].Measurements.Skip(1)],
        };
        Fault fault = Assert.Throws<Fault>(() => new StudyReport(study with { Rows = [study.Rows[0], new("visurf", [shorter])] }));
        Assert.Equal(FaultCode.Conflict, fault.Code);
    }

    [Fact]
    public void Markdown_and_json_hold_every_row_and_the_same_results_give_the_same_bytes()
    {
        StudyReport report = new(Studies.Of(2, ("sft", 0.4), ("visurf", 0.6)));
        string markdown = MarkdownReport.Write(report);
        JsonArray rows = JsonNode.Parse(JsonReport.Write(report))!["rows"]!.AsArray();
        foreach (string label in new[] { "base", "sft", "visurf", "always-empty" })
        {
            Assert.Contains($"| {label} |", markdown, StringComparison.Ordinal);
            JsonNode row = rows.Single(row => row!["row"]!.GetValue<string>() == label)!;
            JsonNode metric = row["metrics"]!["harmonicMean"]!;
            Assert.InRange(metric["value"]!.GetValue<double>(), metric["low"]!.GetValue<double>(), metric["high"]!.GetValue<double>());
        }

        Assert.Equal(markdown, MarkdownReport.Write(new(Studies.Of(2, ("sft", 0.4), ("visurf", 0.6)))));
    }

    [Fact]
    public void Html_needs_nothing_but_itself()
    {
        StudyReport report = new(Studies.Of(1, ("sft", 0.4), ("visurf", 0.6)));
        string html = HtmlReport.Write(report, [], Nano.Examples(400));
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_all_of_its_results_is_left_out_and_named()
    {
        SweepSpec spec = Nano.Sweep("sft", "visurf");
        Source source = new(spec, cell => !(cell.Row == "sft" && cell.Seed == 2));
        StudyReader reader = new(spec, Nano.Atlas, source);
        Study study = reader.Read();
        Assert.Equal(["visurf"], study.Rows.Select(row => row.Label));
        Assert.Equal(["sft"], study.LeftOut);
        Assert.Contains("Left out, because not every seed has a result: sft.", new StudyReport(
            Studies.Of(1, ("visurf", 0.5)) with { LeftOut = ["sft"] }).Notes);
    }

    [Fact]
    public void Without_a_complete_row_or_the_base_there_is_nothing_to_compare()
    {
        SweepSpec spec = Nano.Sweep("sft");
        Fault row = Assert.Throws<Fault>(() => new StudyReader(spec, Nano.Atlas, new Source(spec, cell => cell.Row == "base")).Read());
        Fault @base = Assert.Throws<Fault>(() => new StudyReader(spec, Nano.Atlas, new Source(spec, cell => cell.Row != "base")).Read());
        Assert.Equal((FaultCode.Conflict, FaultCode.Conflict), (row.Code, @base.Code));
        Assert.EndsWith("no result of: sft with seed 1, sft with seed 2", row.Reason, StringComparison.Ordinal);
        Assert.EndsWith("no result of: base", @base.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_missing_results_a_few_are_named()
    {
        SweepSpec spec = Nano.Sweep("sft") with { Seeds = [.. Enumerable.Range(1, 40)] };
        Fault none = Assert.Throws<Fault>(() => new StudyReader(spec, Nano.Atlas, new Source(spec, _ => false)).Read());
        Assert.EndsWith("no result of: base, sft with seed 1, sft with seed 2, sft with seed 3, sft with seed 4 and 36 others", none.Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_several_benchmarks_are_not_compared()
    {
        SweepSpec spec = Nano.Sweep() with
        {
            Axes = new Dictionary<string, JsonNode>
            {
                ["method"] = new JsonArray("sft"),
                ["benchmark"] = new JsonArray("mini-mix", "mini-new"),
            },
        };
        Assert.Equal("nano: is about 2 benchmarks; a report compares the rows of one",
            Assert.Throws<Fault>(() => new StudyReader(spec, Nano.Atlas, new Source(spec, _ => true))).Message);
    }

    private sealed class Source(SweepSpec spec, Func<SweepCell, bool> has) : IStudySource
    {
        public ExperimentResult? Result(SweepCell cell) => has(cell)
            ? new() { Id = cell.Spec.Id, Spec = cell.Spec, Stages = [], Measurements = [] }
            : null;

        public IEnumerable<StepRecord> Steps(string stageKey) => throw new InvalidOperationException($"{spec.Name} has no steps");
    }
}
