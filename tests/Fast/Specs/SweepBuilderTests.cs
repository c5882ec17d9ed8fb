using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Tests.Fast.Specs;

public class SweepBuilderTests
{
    [Fact]
    public void A_sweep_in_C_sharp_is_the_sweep_of_its_file()
    {
        SweepSpec file = SpecText.Read<SweepSpec>("""
            name: ablation
            base: { model: { path: m }, data: { labels: 512 } }
            axes:
              method: [visurf, rlvr]
              benchmark: [mini-mix]
              rl.learningRate: [1e-4, 2e-4]
              rl.weightDecay: { logUniform: [1e-4, 1e-1], when: { method: [visurf] } }
              model.dtype: [bfloat16]
            variants: { full: {}, noAlign: { method.align: false } }
            where: ["rl.prompts >= data.labels"]
            exclude: [{ method: rlvr, variant: noAlign }]
            draw: { count: 3, seed: 5 }
            rows: [{ method: sft, set: { data.benchmark: mini-mix } }]
            seeds: [1, 2]
            """, "sweep.yaml");
        SweepSpec built = new SweepBuilder("ablation")
            .Base(new JsonObject { ["model"] = new JsonObject { ["path"] = "m" } })
            .Base(JsonNode.Parse("""{ "data": { "labels": 512 } }""")!)
            .Methods("visurf", "rlvr").Benchmarks("mini-mix").Seeds(1, 2)
            .Axis("rl.learningRate", 1e-4, 2e-4)
            .Axis("rl.weightDecay", new AxisSpec
            {
                LogUniform = [1e-4, 1e-1],
                When = new Dictionary<string, JsonNode> { ["method"] = new JsonArray("visurf") },
            })
            .Axis("model.dtype", "bfloat16")
            .Variant("full").Variant("noAlign", ("method.align", false))
            .Where("rl.prompts >= data.labels").Exclude(("method", "rlvr"), ("variant", "noAlign")).Draw(3, 5)
            .Row(new() { Method = "sft", Set = new Dictionary<string, JsonNode> { ["data.benchmark"] = "mini-mix" } })
            .Build();
        Assert.Equal(Json(file), Json(built));
        Assert.Equal(file.Expand().Select(cell => (cell.Row, cell.Spec.Id)), built.Expand().Select(cell => (cell.Row, cell.Spec.Id)));
    }

    [Fact]
    public void A_base_can_be_a_file()
    {
        SweepSpec spec = new SweepBuilder("one").BaseFile(Repository.File("sweeps", "one-visurf.yaml")).Seeds(1)
            .Axis("rl.prompts", 512, 1024).Build();
        Assert.Equal(["visurf, rl.prompts=512", "visurf, rl.prompts=1024"], spec.Expand().Select(cell => cell.Row));
    }

    [Fact]
    public void What_is_named_twice_is_refused()
    {
        SweepBuilder builder = new SweepBuilder("s").Variant("a").Methods("sft");
        Assert.Equal("variants.a: is named twice", Assert.Throws<Fault>(() => builder.Variant("a")).Message);
        Assert.Equal("axes.method: is named twice", Assert.Throws<Fault>(() => builder.Methods("rlvr")).Message);
        Assert.Equal("exclude[0].method: is named twice",
            Assert.Throws<Fault>(() => builder.Exclude(("method", "sft"), ("method", "sft"))).Message);
    }

    [Fact]
    public void A_sweep_that_is_wrong_is_refused_when_it_is_built() => Assert.Equal("axes.rl.rate", Assert.Throws<Fault>(() =>
        new SweepBuilder("s").Base(JsonNode.Parse("""{ "model": { "path": "m" }, "data": { "benchmark": "mini-mix" } }""")!)
            .Seeds(1).Methods("sft").Axis("rl.rate", 1).Build()).Subject);

    private static string Json(SweepSpec spec) => JsonNode.Parse(JsonSerializer.Serialize(spec, SpecJson.Options))!.ToJsonString();
}
