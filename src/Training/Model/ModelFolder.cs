using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>A model in a folder of Hugging Face's layout.</summary>
public static class ModelFolder
{
    private const string ConfigName = "config.json";
    private const string PreprocessorName = "preprocessor_config.json";

    private static readonly string[] Beside =
    [
        ConfigName, "generation_config.json", PreprocessorName, "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt",
        "added_tokens.json", "special_tokens_map.json", "chat_template.json", "chat_template.jinja", "video_preprocessor_config.json",
    ];

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>The files that are a model, its weights aside.</summary>
    public static IReadOnlyList<string> FilesBeside => Beside;

    /// <summary>Reads config.json and the weights: model.safetensors, or shards with their index.</summary>
    /// <param name="weightsFile">A file, a checkpoint for one, whose weights take the place of the folder's own; null takes those.</param>
    /// <param name="placement">Float32 on the processor where nothing is said.</param>
    /// <exception cref="Fault">A file is missing or damaged, or they do not fit each other.</exception>
    public static VisionLanguageModel Load(string folder, string? weightsFile = null, Placement? placement = null)
    {
        ModelConfig config = ConfigFile.OfFolder(folder);
        StoredWeights weights = new(weightsFile ?? WeightFiles.Find(folder), placement ?? Placement.Plain);
        VisionLanguageModel model = new(config, weights);
        bool isRead = false;
        try
        {
            weights.DemandAllRead();
            isRead = true;
            return model;
        }
        finally
        {
            if (!isRead)
            {
                model.Dispose();
            }
        }
    }

    /// <summary>Writes a model as a folder like the one it came from: that folder's configuration and tokenizer, these weights, in one
    /// file and in the type in which they were trained.</summary>
    public static void Save(VisionLanguageModel model, string from, string to)
    {
        Directory.CreateDirectory(to);
        CopyBeside(from, to);
        SaveWeights(model, to);
    }

    /// <summary>Writes the weights alone, a tensor at a time.</summary>
    public static void SaveWeights(VisionLanguageModel model, string folder)
    {
        string draft = Path.Combine(folder, WeightFiles.SingleFile + ".part");
        SafetensorsWriter.WriteEach(draft, [.. model.Merged()], Metadata);
        File.Move(draft, Path.Combine(folder, WeightFiles.SingleFile), overwrite: true);
    }

    /// <summary>Writes weights as a new folder like another: its files, its types, its shards. It is there whole or not at all.</summary>
    /// <param name="weights">All tensors by their published names.</param>
    /// <param name="from">The folder to be like; it need hold no weights.</param>
    /// <param name="to">A folder that is empty or does not exist.</param>
    /// <param name="type">The type of all tensors; null leaves each as it was planned.</param>
    /// <param name="shardMax">Bytes of a shard; null is as in the other folder, else 5 GB.</param>
    /// <exception cref="Fault">Conflict: there is something in the new folder.</exception>
    public static void Export(IEnumerable<PlannedTensor> weights, string from, string to, ScalarType? type, long? shardMax)
    {
        DemandEmpty(to);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(to));
        string draft = target + ".part";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        Directory.CreateDirectory(draft);
        CopyBeside(from, draft);
        PlannedTensor[] planned = [.. weights.Select(tensor => type is { } given ? tensor with { Type = given } : tensor)];
        WeightFolder.Write(draft, planned, WeightsOf(from), shardMax);
        if (type is { } changed)
        {
            SetType(Path.Combine(draft, ConfigName), changed);
        }

        FolderDisk.Flush(draft);
        if (Directory.Exists(target))
        {
            Directory.Delete(target);
        }

        Directory.Move(draft, target);
        FolderDisk.Flush(Path.GetDirectoryName(target)!);
    }

    /// <summary>The tensors of a model, to be written in the types of the folder that it was trained from.</summary>
    public static IEnumerable<PlannedTensor> PlanOf(IEnumerable<PlannedTensor> model, string from)
    {
        WeightFiles? source = WeightsOf(from);
        ScalarType? stored = ConfigFile.StoredType(Path.Combine(from, ConfigName));
        return model.Select(tensor => tensor with
        {
            Type = source?.Tensors.GetValueOrDefault(tensor.Name)?.Entry.Type ?? stored ?? tensor.Type,
        });
    }

    /// <summary>The tensors of stored weights, to be written in the types of the folder that they were trained from.</summary>
    /// <param name="weights">A folder's weights, or a checkpoint, whose optimiser state is left out.</param>
    /// <exception cref="Fault">FileDamaged: the folder holds other tensors, or of other shapes.</exception>
    public static IEnumerable<PlannedTensor> PlanOf(WeightFiles weights, string from)
    {
        WeightFiles? source = WeightsOf(from);
        ScalarType? stored = ConfigFile.StoredType(Path.Combine(from, ConfigName));
        string? missing = source?.Tensors.Keys.FirstOrDefault(name => !weights.Tensors.ContainsKey(name) && name != WeightNames.Head);
        Fault.Unless(missing is null, FaultCode.FileDamaged, weights.Path, $"has no tensor '{missing}', which {from} holds");
        foreach ((string name, StoredTensor tensor) in weights.Tensors)
        {
            if (name.StartsWith(CheckpointFile.OptimiserPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            StoredTensor? like = source?.Tensors.GetValueOrDefault(name);
            Fault.Unless(source is null || (like is not null && like.Entry.Shape.AsSpan().SequenceEqual(tensor.Entry.Shape)),
                FaultCode.FileDamaged, weights.Path, $"holds tensor '{name}', which {from} does not hold in that shape");
            yield return new(name, like?.Entry.Type ?? stored ?? tensor.Entry.Type, tensor.Entry.Shape, () => weights.Read(name));
        }
    }

    /// <summary>Throws where there is something in a folder.</summary>
    /// <exception cref="Fault">Conflict.</exception>
    public static void DemandEmpty(string folder) => Fault.Unless(
        !File.Exists(folder) && !(Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()),
        FaultCode.Conflict, folder, "is there already; allowed: a folder that is empty or does not exist");

    /// <summary>Whether there are weights in a folder: without them it can be planned with, and nothing else.</summary>
    public static bool HasWeights(string folder) =>
        File.Exists(Path.Combine(folder, WeightFiles.SingleFile)) || File.Exists(Path.Combine(folder, WeightFiles.IndexFile));

    /// <summary>A hash of all that determines what the model in a folder does; of its configuration where it has no weights.</summary>
    /// <exception cref="Fault">NotFound: no such folder.</exception>
    public static string Identity(string folder) => Hash(folder, HasWeights(folder) ? FilesOf(WeightFiles.Find(folder)) : []);

    private static IEnumerable<string> FilesOf(string weights) => weights.EndsWith(".json", StringComparison.Ordinal)
        ? [weights, .. WeightFiles.Open(weights).Files.Select(file => file.Path)]
        : [weights];

    private static string Hash(string folder, IEnumerable<string> weights)
    {
        string[] hashes = [.. Beside.Select(name => Path.Combine(folder, name)).Where(File.Exists).Concat(weights)
            .Select(path => $"{Path.GetFileName(path)} {FileHash.Remembered(path)}")];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes))));
    }

    private static WeightFiles? WeightsOf(string folder) => HasWeights(folder) ? WeightFiles.OfFolder(folder) : null;

    private static void CopyBeside(string from, string to)
    {
        foreach (string name in Beside)
        {
            string source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                DurableFile.Write(Path.Combine(to, name), File.ReadAllBytes(source));
            }
        }
    }

    // Other programs load a model in the type that its configuration says.
    private static void SetType(string path, ScalarType type)
    {
        JsonObject root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        JsonObject?[] levels = [root, root["text_config"] as JsonObject, root["vision_config"] as JsonObject];
        foreach (JsonObject level in levels.OfType<JsonObject>())
        {
            foreach (string field in (string[])["torch_dtype", "dtype"])
            {
                if (level.ContainsKey(field))
                {
                    level[field] = ConfigFile.WordOf(type);
                }
            }
        }

        DurableFile.Write(path, Encoding.UTF8.GetBytes(root.ToJsonString(new() { WriteIndented = true }) + "\n"));
    }
}
