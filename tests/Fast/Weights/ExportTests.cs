using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Fast.Weights;

public class ExportTests
{
    [Fact]
    public void A_sharded_model_that_was_not_trained_is_written_to_the_byte()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("in"));
        Shards.Write(folder.File("in"));
        using VisionLanguageModel model = ModelFolder.Load(folder.File("in")); // float32, as it would be trained
        ModelFolder.Export(model.Weights.Named.Select(pair => PlannedTensor.Of(pair.Key, pair.Value) with { Type = ScalarType.BFloat16 }),
            folder.File("in"), folder.File("out"), null, null);
        AssertSame(folder.File("in"), folder.File("out"));
    }

    [Fact]
    public void Trained_weights_take_the_types_of_the_folder_they_came_from()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("in"));
        Shards.Write(folder.File("in"));
        using VisionLanguageModel model = ModelFolder.Load(folder.File("in"));
        ModelFolder.SaveWeights(model, folder.Path);
        WeightFiles trained = WeightFiles.OfFolder(folder.Path);
        ModelFolder.Export(ModelFolder.PlanOf(trained, folder.File("in")), folder.File("in"), folder.File("out"), null, null);
        AssertSame(folder.File("in"), folder.File("out"));
    }

    [Fact]
    public void A_limit_makes_shards_that_fit_and_load_again()
    {
        using TemporaryFolder folder = new();
        WeightFiles weights = WeightFiles.OfFolder(Nano.Folder);
        const long Limit = 20_000;
        ModelFolder.Export(ModelFolder.PlanOf(weights, Nano.Folder), Nano.Folder, folder.File("out"), ScalarType.Float16, Limit);
        WeightFiles written = WeightFiles.OfFolder(folder.File("out"));
        Assert.True(written.IsSharded);
        Assert.InRange(written.Files.Count, 2, weights.Tensors.Count);
        Assert.All(written.Files, file => Assert.True(file.Entries.Count == 1 || file.Entries.Values.Sum(entry => entry.Length) <= Limit));
        Assert.Equal(weights.Tensors.Keys, written.Tensors.Keys);
        Assert.All(written.Tensors.Values, tensor => Assert.Equal(ScalarType.Float16, tensor.Entry.Type));
        Assert.Equal(ScalarType.Float16, ConfigFile.StoredType(folder.File("out", "config.json")));
        ModelFolder.Load(folder.File("out")).Dispose();
    }

    [Fact]
    public void A_folder_with_something_in_it_is_left_alone()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("mine.txt"), "mine");
        WeightFiles weights = WeightFiles.OfFolder(Nano.Folder);
        Fault fault = Assert.Throws<Fault>(() =>
            ModelFolder.Export(ModelFolder.PlanOf(weights, Nano.Folder), Nano.Folder, folder.Path, null, null));
        Assert.Equal(FaultCode.Conflict, fault.Code);
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)!));
    }

    [Fact]
    public void A_folder_is_there_whole_or_not_at_all()
    {
        using TemporaryFolder folder = new();
        WeightFiles weights = WeightFiles.OfFolder(Nano.Folder);
        PlannedTensor[] planned = [.. ModelFolder.PlanOf(weights, Nano.Folder)];
        planned[^1] = planned[^1] with { Make = () => throw new IOException("the disk is full") };
        Assert.Throws<IOException>(() => ModelFolder.Export(planned, Nano.Folder, folder.File("out"), null, null));
        Assert.False(Directory.Exists(folder.File("out")));
        ModelFolder.Export(ModelFolder.PlanOf(weights, Nano.Folder), Nano.Folder, folder.File("out"), null, null);
        Assert.Equal(["out"], Directory.GetFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)!));
    }

    [Fact]
    public void Weights_of_another_model_are_refused()
    {
        using TemporaryFolder folder = new();
        Shards.CopyBeside(folder.Path);
        SafetensorsWriter.Write(folder.File(WeightFiles.SingleFile),
            [new TensorBytes("model.norm.weight", ScalarType.Float32, [1], [new byte[4]])]);
        WeightFiles weights = WeightFiles.OfFolder(Nano.Folder);
        Fault fault = Assert.Throws<Fault>(() => ModelFolder.PlanOf(weights, folder.Path).Count());
        Assert.Contains(", which ", fault.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(string expected, string actual)
    {
        string[] names = [.. Directory.GetFiles(expected).Select(path => Path.GetFileName(path)!).Order()];
        Assert.Equal(names, Directory.GetFiles(actual).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(names, name =>
            Assert.Equal(File.ReadAllBytes(Path.Combine(expected, name)), File.ReadAllBytes(Path.Combine(actual, name))));
    }
}
