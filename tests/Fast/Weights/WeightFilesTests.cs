using System.Text.Json.Nodes;
using CsCheck;
using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Fast.Weights;

public class WeightFilesTests
{
    private static readonly Placement Narrow = new(ScalarType.BFloat16, CPU);

    [Fact]
    public void Shards_are_one_model_in_the_type_that_is_asked_for()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        Dictionary<string, byte[]> bytes = Shards.Write(folder.Path);
        using VisionLanguageModel narrow = ModelFolder.Load(folder.Path, placement: Narrow);
        using VisionLanguageModel wide = ModelFolder.Load(folder.Path);
        Assert.Equal(bytes.Count, narrow.Weights.Named.Count);
        Assert.All(narrow.Weights.Named, pair => Assert.Equal(bytes[pair.Key], pair.Value.bytes.ToArray()));
        Assert.All(wide.Weights.Named, pair =>
        {
            Assert.Equal(ScalarType.Float32, pair.Value.dtype);
            Assert.Equal(bytes[pair.Key], pair.Value.to(ScalarType.BFloat16).bytes.ToArray());
        });
    }

    [Theory]
    [InlineData("bfloat16", "float32")]
    [InlineData("float16", "float32")]
    [InlineData("float32", "bfloat16")]
    [InlineData("float32", "float16")]
    [InlineData("float16", "bfloat16")]
    public void A_tensor_of_several_windows_is_converted_as_libtorch_converts_it(string stored, string asked)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        Tensor whole = linspace(-3, 3, 9_000_001).to(ConfigFile.TypeOf(stored, ""));
        SafetensorsWriter.WriteEach(folder.File("a.safetensors"), [PlannedTensor.Of("small", ones(3)), PlannedTensor.Of("a", whole)]);
        Placement placement = new(ConfigFile.TypeOf(asked, ""), CPU);
        Tensor read = new SafetensorsFile(folder.File("a.safetensors")).Read("a", placement);
        Assert.True(read.equal(whole.to(placement.Type)).all().item<bool>());
        Assert.True(new SafetensorsFile(folder.File("a.safetensors")).Read("a").equal(whole).all().item<bool>());
    }

    [Fact]
    public void Names_of_newer_versions_are_read_and_published_ones_written()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, byte[]> bytes = Shards.Write(folder.File("."),
            name => name.StartsWith("visual.", StringComparison.Ordinal) ? "model." + name
                : name.Replace("model.", "model.language_model.", StringComparison.Ordinal));
        using VisionLanguageModel model = ModelFolder.Load(folder.Path);
        Assert.Equal(bytes.Count, model.Weights.Named.Count);
        WeightFiles weights = WeightFiles.OfFolder(folder.Path);
        ModelFolder.Export(ModelFolder.PlanOf(weights, folder.Path), folder.Path, folder.File("out"), null, null);
        SafetensorsFile written = new(folder.File("out", WeightFiles.SingleFile));
        Assert.Equal(bytes.Keys.Order(), written.Entries.Keys.Order());
        Assert.All(bytes, pair => Assert.Equal(pair.Value, written.Read(pair.Key).bytes.ToArray()));
    }

    [Theory]
    [InlineData("file", FaultCode.NotFound, "does not exist; ")]
    [InlineData("unlisted", FaultCode.FileDamaged, "into no file")]
    [InlineData("elsewhere", FaultCode.FileDamaged, "which does not hold it")]
    [InlineData("twice", FaultCode.FileDamaged, "")]
    [InlineData("total", FaultCode.FileDamaged, "has a total_size of 1; the tensors take ")]
    [InlineData("../x.safetensors", FaultCode.FileDamaged, "without a folder")]
    [InlineData("/etc/x.safetensors", FaultCode.FileDamaged, "without a folder")]
    [InlineData("x.bin", FaultCode.FileDamaged, "ending in .safetensors")]
    public void An_index_that_lies_is_refused(string lie, FaultCode code, string message)
    {
        using TemporaryFolder folder = new();
        Shards.Write(folder.Path);
        JsonObject index = Shards.ReadIndex(folder.Path);
        JsonObject map = index["weight_map"]!.AsObject();
        string first = map.First().Key;
        switch (lie)
        {
            case "file":
                File.Delete(folder.File(Shards.Name(1)));
                break;
            case "unlisted":
                map.Remove(first);
                break;
            case "elsewhere":
                map[first] = Shards.Name(2);
                break;
            case "twice":
                File.Copy(folder.File(Shards.Name(0)), folder.File(Shards.Name(1)), overwrite: true);
                break;
            case "total":
                index["metadata"]!["total_size"] = 1;
                break;
            default:
                map[first] = lie;
                break;
        }

        File.WriteAllText(folder.File(WeightFiles.IndexFile), index.ToJsonString());
        Fault fault = Assert.Throws<Fault>(() => ModelFolder.Load(folder.Path));
        Assert.Equal(code, fault.Code);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_changed_anywhere_is_read_or_refused_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        Shards.Write(folder.Path);
        string good = Shards.ReadIndex(folder.Path).ToJsonString();
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, SpecMutations.Values.Length - 1]).Sample((place, which) =>
        {
            string other = folder.File($"{Guid.NewGuid():n}.json");
            File.WriteAllText(other, SpecMutations.Change(good, place, SpecMutations.Values[which]));
            Assert.Null(Unexpected(() => WeightFiles.Open(other)));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tied_head_may_be_stored_where_it_is_the_embedding(bool isSame)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        Shards.CopyBeside(folder.Path);
        SafetensorsFile file = new(Path.Combine(Nano.Folder, "model.safetensors"));
        Tensor embedding = file.Read("model.embed_tokens.weight");
        SafetensorsWriter.Write(folder.File(WeightFiles.SingleFile),
            [.. file.Entries.Keys.Select(name => KeyValuePair.Create(name, file.Read(name))),
                new("lm_head.weight", isSame ? embedding : embedding.neg())]);
        if (isSame)
        {
            ModelFolder.Load(folder.Path).Dispose();
        }
        else
        {
            Assert.Contains("lm_head.weight", Assert.Throws<Fault>(() => ModelFolder.Load(folder.Path)).Message, StringComparison.Ordinal);
        }
    }

    private static Exception? Unexpected(Action read)
    {
        Exception? thrown = Record.Exception(read);
        return thrown is Fault ? null : thrown;
    }
}
