using ViSurf.Sdk;

namespace ViSurf.Training.Weights;

/// <summary>A model's stored weights: one safetensors file, or shards with an index, each tensor in exactly one of them.</summary>
public sealed class WeightFiles
{
    /// <summary>The weights of a folder, where they are one file.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>The list of a folder's shards.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    private readonly Dictionary<string, StoredTensor> tensors = [];

    private WeightFiles(string path)
    {
        Path = path;
        IsSharded = path.EndsWith(".json", StringComparison.Ordinal);
        Files = IsSharded ? Shards(path) : [new(path)];
        foreach (SafetensorsFile file in Files)
        {
            foreach (SafetensorsEntry entry in file.Entries.Values)
            {
                string name = WeightNames.Published(entry.Name);
                Fault.Unless(tensors.TryAdd(name, new(file, entry)), FaultCode.FileDamaged, file.Path,
                    $"holds tensor '{name}' a second time, as '{entry.Name}'");
            }
        }
    }

    /// <summary>The file that was opened: the weights, or their index.</summary>
    public string Path { get; }

    /// <summary>Whether an index names the files.</summary>
    public bool IsSharded { get; }

    /// <summary>The safetensors files, in the order of the index.</summary>
    public IReadOnlyList<SafetensorsFile> Files { get; }

    /// <summary>All tensors by their published names, file by file.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => tensors;

    /// <summary>Opens one file, or all that an index names.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged, naming the file and the tensor.</exception>
    public static WeightFiles Open(string path)
    {
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        return new(path);
    }

    /// <summary>The file of a folder to open; one file goes before shards, as in the reference.</summary>
    /// <exception cref="Fault">NotFound, naming both files.</exception>
    public static string Find(string folder)
    {
        string single = System.IO.Path.Combine(folder, SingleFile);
        string index = System.IO.Path.Combine(folder, IndexFile);
        return File.Exists(single) ? single
            : File.Exists(index) ? index
            : throw new Fault(FaultCode.NotFound, single, $"does not exist, and no {IndexFile} either");
    }

    /// <summary>Opens a folder's weights.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged, naming the file and the tensor.</exception>
    public static WeightFiles OfFolder(string folder) => Open(Find(folder));

    /// <summary>A new tensor of that published name.</summary>
    /// <param name="placement">Null is as it is stored, on the processor.</param>
    /// <exception cref="Fault">NotFound where no file has it.</exception>
    public Tensor Read(string name, Placement? placement = null)
    {
        Fault.Unless(tensors.TryGetValue(name, out StoredTensor? stored), FaultCode.NotFound, Path, $"has no tensor '{name}'");
        return stored.File.Read(stored.Entry.Name, placement);
    }

    private static SafetensorsFile[] Shards(string path)
    {
        ShardIndex index = ShardIndex.Read(path);
        string folder = System.IO.Path.GetDirectoryName(path)!;
        Dictionary<string, SafetensorsFile> shards = [];
        foreach (string name in index.Shards.Values.Distinct())
        {
            string file = System.IO.Path.Combine(folder, name);
            Fault.Unless(File.Exists(file), FaultCode.NotFound, file, $"does not exist; {path} names it");
            shards.Add(name, new(file));
        }

        foreach ((string tensor, string shard) in index.Shards)
        {
            Fault.Unless(shards[shard].Entries.ContainsKey(tensor), FaultCode.FileDamaged, path,
                $"puts tensor '{tensor}' into {shard}, which does not hold it");
        }

        foreach ((string name, SafetensorsFile file) in shards)
        {
            string? stray = file.Entries.Keys.FirstOrDefault(tensor => index.Shards.GetValueOrDefault(tensor) != name);
            Fault.Unless(stray is null, FaultCode.FileDamaged, file.Path,
                $"holds tensor '{stray}', which {path} puts into {index.Shards.GetValueOrDefault(stray ?? "") ?? "no file"}");
        }

        long bytes = shards.Values.Sum(file => file.Entries.Values.Sum(entry => entry.Length));
        Fault.Unless(index.TotalBytes is null || index.TotalBytes == bytes, FaultCode.FileDamaged, path,
            $"has a total_size of {index.TotalBytes}; the tensors take {bytes}");
        return [.. shards.Values];
    }
}

/// <summary>A tensor and the file that holds it.</summary>
public sealed record StoredTensor(SafetensorsFile File, SafetensorsEntry Entry);
