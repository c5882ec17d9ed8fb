using System.Text.Json.Nodes;

namespace ViSurf.Tests.Commands;

/// <summary>What was trained leaves as a folder that gives the same numbers.</summary>
[Collection(nameof(RunningServer))]
public class ExportTests(RunningServer server)
{
    private static readonly string Golden = Repository.File("tests", "Golden", "fixtures", "model_untied");
    private static readonly string Inputs = Repository.File("tests", "Golden", "fixtures", "inputs_image_left.safetensors");

    [Fact]
    public void What_train_left_is_exported_whole_and_in_shards()
    {
        using Scratch scratch = new();
        string spec = scratch.Write("one.yaml", ShortSpec.Of("sweeps/one-visurf.yaml"));
        Succeed(scratch, "train", spec, "--out", "trained");
        Succeed(scratch, "export", "--checkpoint", "trained", "--out", "whole");
        Assert.Equal(File.ReadAllBytes(scratch.File("trained", "model.safetensors")).Length,
            File.ReadAllBytes(scratch.File("whole", "model.safetensors")).Length);
        Succeed(scratch, "export", "--checkpoint", "trained", "--out", "shards", "--max-shard-size", "200KB");
        Assert.True(File.Exists(scratch.File("shards", "model.safetensors.index.json")));
        string kept = Directory.EnumerateDirectories(scratch.File("trained", ".visurf", "stages"), "s0*", SearchOption.AllDirectories)
            .Order().Last();
        Succeed(scratch, "export", "--checkpoint", kept, "--out", "last");

        byte[] scores = Scores(scratch, "trained");
        Assert.All((string[])["whole", "shards", "last"], folder => Assert.Equal(scores, Scores(scratch, folder)));
        Assert.NotEqual(scores, Scores(scratch, "models/tiny-base"));
    }

    // model.lora: a checkpoint holds the adapters; what leaves is the model with what they learnt, or they by themselves.
    [Fact]
    public void What_adapters_learnt_is_merged_on_the_way_out_or_leaves_alone()
    {
        using Scratch scratch = new();
        string spec = scratch.Write("lora.yaml", ShortSpec.Of("sweeps/one-visurf.yaml")
            .Replace("path: models/tiny-base", "path: models/tiny-base, lora: { rank: 4 }", StringComparison.Ordinal));
        Succeed(scratch, "train", spec, "--out", "trained");
        string kept = Directory.EnumerateDirectories(scratch.File("trained", ".visurf", "stages"), "s0*", SearchOption.AllDirectories)
            .Order().Last();
        Succeed(scratch, "export", "--checkpoint", kept, "--out", "merged");
        Succeed(scratch, "export", "--checkpoint", kept, "--out", "adapter", "--adapter");

        Assert.Equal(Scores(scratch, "trained"), Scores(scratch, "merged"));
        Assert.True(File.Exists(scratch.File("adapter", "adapter_config.json")));
        Assert.True(new FileInfo(scratch.File("adapter", "adapter_model.safetensors")).Length
            < new FileInfo(scratch.File("merged", "model.safetensors")).Length / 4);
        (int code, _, string error) = Visurf.Run(scratch.Path, "export", "--checkpoint", "models/tiny-base", "--out", "none", "--adapter");
        Assert.Equal(2, code);
        Assert.Contains("--adapter: is given, and ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_s_folder_comes_out_to_the_byte_and_gives_the_same_logits()
    {
        using Scratch scratch = new();
        Succeed(scratch, "export", "--checkpoint", Golden, "--out", "out");
        Assert.Equal(File.ReadAllBytes(Path.Combine(Golden, "model.safetensors")),
            File.ReadAllBytes(scratch.File("out", "model.safetensors")));
        Succeed(scratch, "export", "--checkpoint", Golden, "--out", "narrow", "--dtype", "bfloat16", "--max-shard-size", "100KB");
        Succeed(scratch, "export", "--checkpoint", "narrow", "--out", "again");
        Succeed(scratch, "forward", "--model", Golden, "--inputs", Inputs, "--out", "a.safetensors");
        foreach ((string model, bool isSame) in new[] { ("out", true), ("narrow", false), ("again", false) })
        {
            Succeed(scratch, "forward", "--model", model, "--inputs", Inputs, "--out", $"{model}.safetensors");
            Assert.Equal(isSame, File.ReadAllBytes(scratch.File("a.safetensors")).SequenceEqual(
                File.ReadAllBytes(scratch.File($"{model}.safetensors"))));
        }

        Assert.Equal(File.ReadAllBytes(scratch.File("narrow.safetensors")), File.ReadAllBytes(scratch.File("again.safetensors")));
    }

    [Fact]
    public void An_experiment_is_exported_by_its_id()
    {
        JsonNode shown = JsonNode.Parse(server.Run("show", ShownCommands.Sweep, "--json").Out)!;
        string id = shown["experiments"]!.AsArray().Select(one => one!).Single(one => one["row"]!.GetValue<string>() == "visurf")["id"]!
            .GetValue<string>();
        (int code, string output, string error) = server.Run("export", "--checkpoint", id, "--out", "exported");
        Assert.True(code == 0, output + error);
        Assert.Contains("like ", output, StringComparison.Ordinal);
        (code, _, error) = server.Run("export", "--checkpoint", id, "--out", "exported");
        Assert.Equal(2, code);
        Assert.Contains("error: exported: is there already; allowed: a folder that is empty or does not exist", error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--checkpoint: 'none' is no file, no folder and no experiment's id", "--checkpoint", "none")]
    [InlineData("--dtype: 'int8' is not known; known: float32, bfloat16, float16", "--checkpoint", "models/tiny-base", "--dtype", "int8")]
    [InlineData("--max-shard-size: is '5 Gigs'; allowed: ", "--checkpoint", "models/tiny-base", "--max-shard-size", "5 Gigs")]
    [InlineData("no server: ", "--checkpoint", "some/experiment")]
    public void What_cannot_be_exported_is_refused(string message, params string[] arguments)
    {
        using Scratch scratch = new();
        (int code, string output, string error) = Visurf.Run(scratch.Path, ["export", "--out", "out", .. arguments]);
        Assert.NotEqual(0, code);
        Assert.Empty(output);
        Assert.StartsWith("error: " + message, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.File("out")));
    }

    private static byte[] Scores(Scratch scratch, string model)
    {
        if (!File.Exists(scratch.File("few.parquet")))
        {
            Succeed(scratch, "data", "make", "--benchmark", "mini-mix", "--items", "8", "--out", "few.parquet");
        }

        return System.Text.Encoding.UTF8.GetBytes(Succeed(scratch, "eval", "--model", model, "--data", "few.parquet", "--benchmark",
            "mini-mix", "--temperature", "1", "--rollouts", "4", "--json"));
    }

    private static string Succeed(Scratch scratch, params string[] arguments)
    {
        (int code, string output, string error) = Visurf.Run(scratch.Path, arguments);
        Assert.True(code == 0, $"{string.Join(' ', arguments)}: {output}{error}");
        return output;
    }
}
