using System.Text.Json.Nodes;
using CsCheck;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Pictures;
using ViSurf.Training.Policies;
using ViSurf.Training.Text;

namespace ViSurf.Tests.Fast.Folders;

public class FolderFileTests
{
    private static readonly VisionConfig Vision = ConfigFile.OfFolder(Nano.Folder).Vision;

    [Theory]
    [InlineData("{\"eos_token_id\":[521,522],\"pad_token_id\":521}", "522,521", 521)] // the end of a turn goes first
    [InlineData("{\"eos_token_id\":[522,520]}", "522,520", 520)]
    [InlineData("{\"eos_token_id\":520}", "520", 520)]
    [InlineData("{}", "522", 520)]
    public void The_end_and_padding_are_those_of_the_generation_configuration(string json, string end, int pad)
    {
        using TemporaryFolder folder = new();
        File.Copy(Path.Combine(Nano.Folder, "config.json"), folder.File("config.json"));
        File.WriteAllText(folder.File("generation_config.json"), json);
        SpecialTokens tokens = ConfigFile.OfFolder(folder.Path).Tokens;
        Assert.Equal(end, string.Join(',', tokens.End));
        Assert.Equal(pad, tokens.Pad);
    }

    [Theory]
    [InlineData("{\"eos_token_id\":[99999]}", "eos_token_id")]
    [InlineData("{\"eos_token_id\":[]}", "eos_token_id")]
    [InlineData("{\"pad_token_id\":528}", "pad_token_id")]
    [InlineData("{\"eos_token_id\":\"<|im_end|>\"}", "eos_token_id")]
    [InlineData("[]", "")]
    public void A_generation_configuration_that_does_not_fit_is_refused(string json, string field)
    {
        using TemporaryFolder folder = new();
        File.Copy(Path.Combine(Nano.Folder, "config.json"), folder.File("config.json"));
        File.WriteAllText(folder.File("generation_config.json"), json);
        Assert.Contains(field, Assert.Throws<Fault>(() => ConfigFile.OfFolder(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"min_pixels\":2304,\"max_pixels\":2304", 48)]
    [InlineData("\"size\":{\"shortest_edge\":9216,\"longest_edge\":9216}", 96)]
    [InlineData("\"size\":{\"min_pixels\":9216,\"max_pixels\":9216}", 96)]
    [InlineData("\"min_pixels\":2304,\"max_pixels\":2304,\"size\":{\"shortest_edge\":9216,\"longest_edge\":9216}", 48)]
    [InlineData("\"size\":null", 64)] // the reference's own lower limit, 3136 pixels
    public void The_limits_of_a_picture_are_read_in_each_layout(string limits, int side)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("preprocessor_config.json");
        File.WriteAllText(path, $"{{{Rest},{limits}}}");
        (_, PatchGrid grid) = new ImageProcessor(path, Vision).Process(new(40, 40, new byte[40 * 40 * 3]));
        Assert.Equal(new PatchGrid(1, side / 8, side / 8), grid);
    }

    [Theory]
    [InlineData("\"do_resize\":false", "do_resize")]
    [InlineData("\"do_normalize\":false", "do_normalize")]
    [InlineData("\"rescale_factor\":1", "rescale_factor")]
    [InlineData("\"resample\":2", "resample")]
    [InlineData("\"min_pixels\":10,\"max_pixels\":9", "min_pixels")]
    [InlineData("\"min_pixels\":1000000000,\"max_pixels\":1000000000000", "min_pixels")]
    [InlineData("\"max_pixels\":0", "max_pixels")]
    [InlineData("\"max_pixels\":\"many\"", "max_pixels")]
    public void A_processor_that_is_not_ours_is_refused(string setting, string field)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("preprocessor_config.json");
        File.WriteAllText(path, $"{{{Rest},{setting}}}");
        Assert.Contains(field, Assert.Throws<Fault>(() => new ImageProcessor(path, Vision)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_of_more_numbers_than_a_layer_can_be_wide_is_refused()
    {
        using TemporaryFolder folder = new();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(Nano.Folder, "config.json")))!;
        config["vision_config"]!["hidden_size"] = 800_000;
        config["vision_config"]!["spatial_merge_size"] = 100;
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        Assert.Contains("spatial_merge_size", Assert.Throws<Fault>(() => ConfigFile.OfFolder(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_more_numbers_than_an_array_holds_are_refused_as_a_batch()
    {
        using Policy policy = Nano.Policy();
        Prompt prompt = new(null!, [1], new float[1 << 20], new(1, 2, 2), null!); // read by nothing before
        Fault fault = Assert.Throws<Fault>(() => policy.Batch([.. Enumerable.Repeat(prompt, 2_100)]));
        Assert.Equal((FaultCode.OutOfMemory, "batch"), (fault.Code, fault.Subject));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData("tokenizer_config.json")]
    public void A_file_changed_anywhere_is_read_or_refused_and_nothing_else(string name)
    {
        using TemporaryFolder folder = new();
        File.Copy(Path.Combine(Nano.Folder, "config.json"), folder.File("config.json"));
        string good = File.ReadAllText(Path.Combine(Nano.Folder, name));
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, SpecMutations.Values.Length - 1]).Sample((place, which) =>
        {
            using TemporaryFolder other = new();
            File.Copy(folder.File("config.json"), other.File("config.json"));
            File.WriteAllText(other.File(name), SpecMutations.Change(good, place, SpecMutations.Values[which]));
            Read(name, other);
        });
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("preprocessor_config.json")]
    [InlineData("tokenizer_config.json")]
    public void A_file_with_any_byte_changed_or_cut_is_read_or_refused_and_nothing_else(string name)
    {
        byte[] good = File.ReadAllBytes(Path.Combine(Nano.Folder, name));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            using TemporaryFolder other = new();
            File.Copy(Path.Combine(Nano.Folder, "config.json"), other.File("config.json"));
            byte[] bad = [.. good];
            bad[at] = value;
            File.WriteAllBytes(other.File(name), length % 3 == 0 ? bad[..length] : bad);
            Read(name, other);
        });
    }

    [Fact]
    public void A_tokenizer_changed_anywhere_is_read_or_refused_and_nothing_else()
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(Path.Combine(Nano.Folder, "tokenizer.json")))!;
        string good = root.ToJsonString();
        using TemporaryFolder folder = new();
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, SpecMutations.Values.Length - 1]).Sample((place, which) =>
        {
            string path = folder.File($"{Guid.NewGuid():n}.json");
            File.WriteAllText(path, SpecMutations.Change(good, place, SpecMutations.Values[which]));
            Tolerate(() => Assert.NotNull(new Tokenizer(path).Encode("find the red apple \ud83d\ude00")));
        }, iter: 200);
    }

    // The change of an early place hits the parts that are not words and merges.
    [Fact]
    public void A_tokenizer_with_other_parts_is_read_or_refused_and_nothing_else()
    {
        JsonObject root = JsonNode.Parse(File.ReadAllText(Path.Combine(Nano.Folder, "tokenizer.json")))!.AsObject();
        using TemporaryFolder folder = new();
        foreach (string part in (string[])["added_tokens", "normalizer", "pre_tokenizer"])
        {
            string good = root[part]!.ToJsonString();
            Gen.Select(Gen.Int[0, 100], Gen.Int[0, SpecMutations.Values.Length - 1]).Sample((place, which) =>
            {
                JsonObject changed = root.DeepClone().AsObject();
                string text = SpecMutations.Change(good, place, SpecMutations.Values[which]);
                changed[part] = "MARK";
                string path = folder.File($"{Guid.NewGuid():n}.json");
                string value = text.Length == 0 ? "null" : text;
                File.WriteAllText(path, changed.ToJsonString().Replace("\"MARK\"", value, StringComparison.Ordinal));
                Tolerate(() => Assert.NotNull(new Tokenizer(path).Encode("find the red apple \ud83d\ude00")));
            }, iter: 30);
        }
    }

    private const string Rest = "\"patch_size\":8,\"merge_size\":2,\"temporal_patch_size\":2,"
        + "\"image_mean\":[0.5,0.5,0.5],\"image_std\":[0.5,0.5,0.5]";

    private static void Read(string name, TemporaryFolder folder) => Tolerate(() =>
    {
        ConfigFile.OfFolder(folder.Path);
        switch (name)
        {
            case "preprocessor_config.json":
                Assert.NotNull(new ImageProcessor(folder.File(name), Vision));
                break;
            case "tokenizer_config.json":
                ChatFrame.OfFolder(folder.Path);
                break;
        }
    });

    private static void Tolerate(Action read)
    {
        try
        {
            read();
        }
        catch (Fault)
        {
            // Refused with its name: what the test allows.
        }
    }
}
