using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ViSurf.Sdk;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>Adapters in files as PEFT lays them out: adapter_model.safetensors and adapter_config.json.</summary>
public static class LoraFolder
{
    private const string WeightsFile = "adapter_model.safetensors";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes adapters.</summary>
    /// <param name="baseFolder">The model that they stand beside.</param>
    public static void Save(LoraAdapters adapters, string baseFolder, string folder)
    {
        Directory.CreateDirectory(folder);
        SafetensorsWriter.Write(WeightsOf(folder), adapters.Named, new Dictionary<string, string> { ["format"] = "pt" });
        JsonObject config = new()
        {
            ["peft_type"] = "LORA",
            ["task_type"] = "CAUSAL_LM",
            ["base_model_name_or_path"] = baseFolder,
            ["r"] = adapters.Spec.Rank,
            ["lora_alpha"] = adapters.Spec.Alpha,
            ["lora_dropout"] = 0.0,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["target_modules"] = Modules(adapters),
        };
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config.ToJsonString(Readable) + "\n");
    }

    /// <summary>The file of a folder's adapters.</summary>
    public static string WeightsOf(string folder) => Path.Combine(folder, WeightsFile);

    /// <summary>Whether a file holds adapters in place of a whole model.</summary>
    /// <exception cref="Fault">NotFound or FileDamaged.</exception>
    public static bool Holds(string weightsFile) =>
        new SafetensorsFile(weightsFile).Entries.Keys.Any(name => name.StartsWith(LoraAdapters.Prefix, StringComparison.Ordinal));

    /// <summary>Starts a model's adapters from a folder that PEFT or <see cref="Save"/> wrote, or from a checkpoint file.</summary>
    /// <exception cref="Fault">FileDamaged: the file lacks an adapter, holds another, or one of another shape.</exception>
    public static void Load(LoraAdapters adapters, string path)
    {
        string file = Directory.Exists(path) ? WeightsOf(path) : path;
        SafetensorsFile stored = new(file);
        Dictionary<string, string> found = stored.Entries.Keys
            .Where(name => name.StartsWith(LoraAdapters.Prefix, StringComparison.Ordinal)).ToDictionary(Plain);
        foreach ((string name, Tensor tensor) in adapters.Named)
        {
            Fault.Unless(found.ContainsKey(name), FaultCode.FileDamaged, file, $"has no tensor '{name}', which model.lora asks for");
            long[] shape = stored.Entries[found[name]].Shape;
            Fault.Unless(shape.AsSpan().SequenceEqual(tensor.shape), FaultCode.FileDamaged, file,
                $"tensor '{name}' has shape [{string.Join(", ", shape)}] where model.lora asks for [{string.Join(", ", tensor.shape)}]");
        }

        string[] spare = [.. found.Keys.Except(adapters.Named.Select(pair => pair.Key)).Take(5)];
        Fault.Unless(spare.Length == 0, FaultCode.FileDamaged, file,
            $"holds adapters that model.lora has none of: {string.Join(", ", spare)}");
        adapters.Start(name => stored.Read(found[name]));
    }

    // transformers 4.52 and later put the two parts one level deeper in memory, and so does what PEFT saves there.
    private static string Plain(string name) => name
        .Replace(".model.language_model.", ".model.", StringComparison.Ordinal)
        .Replace(".model.visual.", ".visual.", StringComparison.Ordinal);

    // One expression for both namings: PEFT's list would match a vision projection by its last word.
    private static string Modules(LoraAdapters adapters)
    {
        IEnumerable<string> kinds = adapters.Modules
            .Select(name => name.StartsWith("model.", StringComparison.Ordinal) ? name["model.".Length..] : name)
            .Select(name => Regex.Replace(name.Replace(".", "\\.", StringComparison.Ordinal), @"\.\d+\\\.", @".\d+\."))
            .Distinct();
        return $"(?:.*\\.)?(?:{string.Join('|', kinds)})";
    }
}
