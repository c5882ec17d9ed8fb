using System.Globalization;

namespace ViSurf.Training.Weights;

/// <summary>Writes a model's weights into a folder that nobody reads yet: one file, or shards with an index.</summary>
public static class WeightFolder
{
    /// <summary>Bytes of a shard where nothing is said: the reference's 5 GB.</summary>
    public const long ShardMax = 5_000_000_000;

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Writes weights like those of another model: its files and its order, and its headers to the byte where every tensor has
    /// its name, type and shape there.</summary>
    /// <param name="like">What the files are to be like; null knows no other.</param>
    /// <param name="shardMax">Bytes of a shard, unless a single tensor takes more; null is as in the other model, else
    /// <see cref="ShardMax"/>.</param>
    public static void Write(string folder, IReadOnlyCollection<PlannedTensor> tensors, WeightFiles? like, long? shardMax)
    {
        if (like is not null && shardMax is null && IsSame(tensors, like))
        {
            WriteSame(folder, tensors.ToDictionary(tensor => tensor.Name), like);
            return;
        }

        List<List<PlannedTensor>> shards = Split(Ordered(tensors, like), shardMax ?? ShardMax);
        if (shards.Count == 1)
        {
            SafetensorsWriter.WriteEach(Path.Combine(folder, WeightFiles.SingleFile), shards[0], Metadata);
            return;
        }

        Dictionary<string, string> index = [];
        foreach ((int i, List<PlannedTensor> shard) in shards.Index())
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:d5}-of-{shards.Count:d5}.safetensors");
            SafetensorsWriter.WriteEach(Path.Combine(folder, name), shard, Metadata);
            shard.ForEach(tensor => index.Add(tensor.Name, name));
        }

        WriteBytes(Path.Combine(folder, WeightFiles.IndexFile), new ShardIndex(index, tensors.Sum(tensor => tensor.Length)).ToJson());
    }

    private static bool IsSame(IReadOnlyCollection<PlannedTensor> tensors, WeightFiles like) =>
        tensors.Count == like.Tensors.Count && tensors.All(tensor => like.Tensors.TryGetValue(tensor.Name, out StoredTensor? there)
            && there.Entry.Name == tensor.Name && there.Entry.Type == tensor.Type && there.Entry.Shape.SequenceEqual(tensor.Shape));

    private static void WriteSame(string folder, Dictionary<string, PlannedTensor> tensors, WeightFiles like)
    {
        foreach (SafetensorsFile file in like.Files)
        {
            PlannedTensor[] inOrder = [.. file.Entries.Values.OrderBy(entry => entry.Start).ThenBy(entry => entry.Length)
                .Select(entry => tensors[entry.Name])];
            string name = like.IsSharded ? Path.GetFileName(file.Path) : WeightFiles.SingleFile;
            SafetensorsWriter.WriteEach(Path.Combine(folder, name), inOrder, header: file.ReadHeaderBytes());
        }

        if (like.IsSharded)
        {
            WriteBytes(Path.Combine(folder, WeightFiles.IndexFile), File.ReadAllBytes(like.Path));
        }
    }

    private static IEnumerable<PlannedTensor> Ordered(IReadOnlyCollection<PlannedTensor> tensors, WeightFiles? like)
    {
        Dictionary<string, int> place = like is null ? [] : like.Tensors.Keys.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        return tensors.OrderBy(tensor => place.GetValueOrDefault(tensor.Name, int.MaxValue)); // stable: others stay as they came
    }

    private static List<List<PlannedTensor>> Split(IEnumerable<PlannedTensor> tensors, long shardMax)
    {
        List<List<PlannedTensor>> shards = [];
        long filled = 0;
        foreach (PlannedTensor tensor in tensors)
        {
            if (shards.Count == 0 || filled + tensor.Length > shardMax)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += tensor.Length;
        }

        return shards;
    }

    private static void WriteBytes(string path, byte[] content)
    {
        using FileStream file = File.Create(path);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }
}
