using CsCheck;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Tests.Fast.Specs;

public class SpecTests
{
    private const string Good = """
        name: test
        model: { path: models/tiny-base }
        data: { benchmark: mini-mix }
        method: { name: visurf }
        """;

    [Theory]
    [InlineData("method: { name: visurf, groupsize: 8 }", "method.groupsize", "is no field; allowed: align, clipHigh, clipLow")]
    [InlineData("method: { name: visurf, groupSize: 1 }", "method.groupSize", "is 1; allowed: 2 to 1024")]
    [InlineData("method: { name: visurf, groupSize: 8.5 }", "method.groupSize", "is 8.5; allowed: a whole number")]
    [InlineData("method: { name: visurf, groupSize: many }", "method.groupSize", "is \"many\"; allowed: a whole number")]
    [InlineData("method: { name: visurf, smooth: 1 }", "method.smooth", "is 1; allowed: true, false")]
    [InlineData("method: { name: visurf, reduction: median }", "method.reduction", "is \"median\"; allowed: tokenMean, sequenceMean, sequenceSum, fixedLength")]
    [InlineData("method: { groupSize: 8 }", "method.name", "is missing")]
    [InlineData("method: visurf", "method", "is \"visurf\"; allowed: a map of fields")]
    [InlineData("method: { name: visurf }\nrl: { learningRate: 7 }", "rl.learningRate", "is 7; allowed: 0 to 1")]
    [InlineData("method: { name: visurf }\nrl: { learningRate: .nan }", "rl.learningRate", "is \".nan\"; allowed: a number")]
    [InlineData("method: { name: visurf }\nrl: { prompts: 100 }", "rl.prompts", "is 100; allowed: a multiple of promptsPerStep, which is 16")]
    [InlineData("method: { name: visurf }\nseed: -1", "seed", "is -1; allowed: 0 and above")]
    [InlineData("method: { name: visurf }\nseed: 99999999999", "seed", "is 99999999999; allowed: a whole number")]
    [InlineData("method: { name: visurf }\nevaluate: { checkpoint: best }", "evaluate.checkpoint", "is \"best\"; allowed: last")]
    public void A_wrong_field_is_refused_with_its_path_its_value_and_what_is_allowed(string method, string path, string reason)
    {
        string text = Good.Replace("method: { name: visurf }", method, StringComparison.Ordinal);
        Fault fault = Assert.Throws<Fault>(() => SpecText.Read<ExperimentSpec>(text, "spec.yaml").Checked());
        Assert.Equal(path, fault.Subject);
        Assert.StartsWith(reason, fault.Reason, StringComparison.Ordinal);
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);
    }

    [Theory]
    [InlineData("a: [1, 2")]
    [InlineData("{ \"name\": \"x\", \"name\": \"y\" }")]
    [InlineData("a: 1\na: 2")]
    [InlineData("x: *nowhere")]
    [InlineData("")]
    public void Text_that_is_no_spec_is_refused(string text) =>
        Assert.Equal(FaultCode.SpecInvalid, Assert.Throws<Fault>(() => SpecText.Read<ExperimentSpec>(text, "spec.yaml")).Code);

    [Fact]
    public void Bombs_are_refused_in_bounded_time()
    {
        string deep = "a: " + new string('[', 500_000);
        string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range('b', 20).Select(name =>
            $"{(char)name}: &{(char)name} [{string.Join(", ", Enumerable.Repeat($"*{(char)(name - 1)}", 10))}]\n"));
        Assert.Throws<Fault>(() => SpecText.Read<ExperimentSpec>(deep, "deep.yaml"));
        Assert.Throws<Fault>(() => SpecText.Read<ExperimentSpec>(laughs, "laughs.yaml"));
        Assert.Throws<Fault>(() => SpecText.Read<ExperimentSpec>(new string(' ', (1 << 20) + 1), "long.yaml"));
    }

    [Fact]
    public void Any_text_is_a_spec_or_a_fault()
    {
        string[] pieces = ["name", "name: ", ": [", "{ ", " }", ":", " ", "\n", "  ", "-", "[", "]", "{", "}", "'", "\"", "&a", "*a",
            "!!x", "#", "1", "null", "~", "method", ",", "\t", "|", ">", "\u0085"];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 30].Sample(parts =>
            Assert.Throws<Fault>(() => SpecText.Read<ExperimentSpec>(string.Concat(parts), "any.yaml")));
    }

    [Fact]
    public void Yaml_and_Json_are_one_dialect()
    {
        ExperimentSpec yaml = SpecText.Read<ExperimentSpec>(Good + "\nrl: { learningRate: 1e-4, schedule: cosine }", "spec.yaml");
        ExperimentSpec json = SpecText.Read<ExperimentSpec>(System.Text.Json.JsonSerializer.Serialize(yaml, SpecJson.Options), "spec.json");
        Assert.Equal(yaml, json);
        Assert.Equal(yaml.Id, json.Id);
        Assert.NotEqual(yaml.Id, (yaml with { Seed = 2 }).Id);
    }

    [Fact]
    public void A_sweep_is_rows_times_seeds_with_each_row_s_own_settings()
    {
        SweepSpec sweep = SpecText.Read<SweepSpec>("""
            name: s
            seeds: [1, 2]
            base: { model: { path: m }, data: { benchmark: mini-mix } }
            rows:
              - { method: sft }
              - { method: visurf, as: no smoothing, set: { method.smooth: false, rl.learningRate: 1e-4 } }
            """, "sweep.yaml");
        IReadOnlyList<SweepCell> cells = sweep.Expand();
        Assert.Equal(["sft 1", "no smoothing 1", "sft 2", "no smoothing 2"], cells.Select(cell => $"{cell.Row} {cell.Seed}"));
        Assert.False(cells[1].Spec.Method.Smooth);
        Assert.Equal(1e-4, cells[3].Spec.Rl.LearningRate);
        Assert.Equal(4, cells.Select(cell => cell.Spec.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("rows: [{ method: sft, set: { rl.rate: 1 } }]", "rows[0].set.rl.rate")]
    [InlineData("rows: [{ method: sft }, { method: sft }]", "rows")]
    [InlineData("rows: []", "rows")]
    [InlineData("rows: [{ method: sft, set: null }]", "rows[0].set")]
    [InlineData("rows: [{ method: sft, sets: {} }]", "rows[0].sets")]
    public void A_wrong_sweep_is_refused_with_its_path(string rows, string path)
    {
        string text = $"name: s\nseeds: [1]\nbase: {{ model: {{ path: m }}, data: {{ benchmark: mini-mix }} }}\n{rows}";
        Assert.Equal(path, Assert.Throws<Fault>(() => SpecText.Read<SweepSpec>(text, "sweep.yaml").Expand()).Subject);
    }

    [Fact]
    public void The_sweep_files_that_ship_are_right()
    {
        string[] files = Directory.GetFiles(Repository.File("sweeps"), "*.yaml");
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            if (File.ReadAllText(file).Contains("\nseeds:", StringComparison.Ordinal))
            {
                Assert.NotEmpty(Sweep.Expand(SpecText.ReadFile<SweepSpec>(file)));
            }
            else
            {
                SpecText.ReadFile<ExperimentSpec>(file).Checked();
            }
        });
    }
}
