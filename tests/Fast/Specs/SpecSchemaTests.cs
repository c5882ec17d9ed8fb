using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Specs;

/// <summary>The JSON schemas of spec files, held by another library than the one that reads them.</summary>
public class SpecSchemaTests
{
    private static readonly JsonSerializerOptions Indented = new(SpecJson.Options) { WriteIndented = true };

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Repository.File("sweeps"), "*.yaml").Select(Path.GetFileName).OfType<string>()];

    [Theory]
    [InlineData("sweep")]
    [InlineData("experiment")]
    public void The_schemas_in_docs_are_those_of_the_records(string kind)
    {
        string made = SchemaOf(kind).ToJsonString(Indented) + "\n";
        string path = Repository.File("docs", "schema", $"{kind}.schema.json");
        if (Environment.GetEnvironmentVariable("VISURF_WRITE_SCHEMA") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, made);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == made,
            $"{path} differs from the records; run this test with VISURF_WRITE_SCHEMA=1 and look at the change");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_sweep_file_that_ships_names_its_schema_and_keeps_it(string file)
    {
        string text = File.ReadAllText(Repository.File("sweeps", file));
        string kind = text.Contains("\nseeds:", StringComparison.Ordinal) ? "sweep" : "experiment";
        Assert.StartsWith($"# yaml-language-server: $schema=../docs/schema/{kind}.schema.json\n", text, StringComparison.Ordinal);
        Assert.True(Keeps(kind, text));
    }

    [Theory]
    [InlineData("axes: { method: [sft], rl.epochs: { range: [1, 3], step: 1 } }", true)]
    [InlineData("axes: { method: [sft], rl.epochs: { rnge: [1, 3], step: 1 } }", false)]
    [InlineData("axes: { method: [] }", false)]
    [InlineData("axes: { method: sft }", false)]
    [InlineData("rows: [{ method: sft, sett: {} }]", false)]
    [InlineData("rows: [{ as: sft }]", false)]
    [InlineData("variants: { a: { method.align: false } }", true)]
    [InlineData("variants: [a]", false)]
    [InlineData("draw: { seed: 1 }", false)]
    [InlineData("schedule: { priority: high }", false)]
    public void A_schema_refuses_what_no_record_has(string more, bool isRight) =>
        Assert.Equal(isRight, Keeps("sweep", $"name: s\nseeds: [1]\nbase: {{ model: {{ path: m }}, rl: {{ epochs: 1 }} }}\n{more}"));

    [Fact]
    public void A_schema_knows_the_fields_of_the_base() =>
        Assert.False(Keeps("sweep", "name: s\nseeds: [1]\nbase: { rl: { speed: 1 } }\nrows: [{ method: sft }]"));

    private static JsonObject SchemaOf(string kind) => kind == "sweep" ? SpecSchema.Sweep() : SpecSchema.Experiment();

    private static bool Keeps(string kind, string text) => JsonSchema.FromText(SchemaOf(kind).ToJsonString())
        .Evaluate(JsonSerializer.SerializeToElement(SpecText.Read<JsonNode>(text, "text"))).IsValid;
}
