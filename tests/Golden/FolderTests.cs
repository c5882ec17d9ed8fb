using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Golden;

/// <summary>The fixture's folder comes out as it went in.</summary>
public class FolderTests
{
    private static readonly string Folder = Fixtures.Path("model_untied");

    [Fact]
    public void A_model_that_was_read_and_not_trained_is_written_to_the_byte()
    {
        using Scratch scratch = new();
        using VisionLanguageModel model = ModelFolder.Load(Folder);
        ModelFolder.Export(
            model.Weights.Named.Select(pair => PlannedTensor.Of(pair.Key, pair.Value)), Folder, scratch.File("out"), null, null);
        foreach (string name in (string[])["model.safetensors", "config.json"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, name)), File.ReadAllBytes(Path.Combine(scratch.Path, "out", name)));
        }
    }

    [Fact]
    public void The_nested_configuration_is_the_same_configuration()
    {
        string flat = Json("config.json");
        Assert.Equal(flat, Json("config.nested.json"));
        Assert.Contains("mropeSection", flat, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_fields_that_stand_in_text_config_alone_are_found()
    {
        using Scratch scratch = new();
        JsonObject root = JsonNode.Parse(File.ReadAllText(Fixtures.Path("model_untied", "config.nested.json")))!.AsObject();
        foreach (string field in (string[])["hidden_size", "num_hidden_layers", "rope_scaling", "vocab_size", "rms_norm_eps"])
        {
            root.Remove(field);
        }

        File.WriteAllText(scratch.File("config.json"), root.ToJsonString());
        Assert.Equal(Json("config.json"), JsonSerializer.Serialize(ConfigFile.Read(scratch.File("config.json")), SpecJson.Options));
    }

    private static string Json(string name) =>
        JsonSerializer.Serialize(ConfigFile.Read(Fixtures.Path("model_untied", name)), SpecJson.Options);
}
