using System.Security.Cryptography;
using System.Text;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>A model in a folder of Hugging Face's layout.</summary>
public static class ModelFolder
{
    private const string WeightsFile = "model.safetensors";

    private static readonly string[] Beside =
        ["config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json"];

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    /// <summary>Reads config.json and model.safetensors.</summary>
    /// <param name="weightsFile">A file, a checkpoint for one, whose weights take the place of the folder's own; null takes those.</param>
    /// <exception cref="Fault">A file is missing or damaged, or they do not fit each other.</exception>
    public static VisionLanguageModel Load(string folder, string? weightsFile = null)
    {
        ModelConfig config = ConfigFile.Read(Path.Combine(folder, "config.json"));
        StoredWeights weights = new(weightsFile ?? Path.Combine(folder, WeightsFile));
        VisionLanguageModel model = new(config, weights);
        weights.DemandAllRead();
        return model;
    }

    /// <summary>Writes a model as a folder like the one it came from: that folder's configuration and tokenizer, these weights.</summary>
    public static void Save(VisionLanguageModel model, string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string name in Beside)
        {
            string source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                File.Copy(source, Path.Combine(to, name), overwrite: true);
            }
        }

        SaveWeights(model, to);
    }

    /// <summary>Writes the weights alone.</summary>
    public static void SaveWeights(VisionLanguageModel model, string folder)
    {
        string draft = Path.Combine(folder, WeightsFile + ".part");
        SafetensorsWriter.Write(draft, model.Weights.Named, Metadata);
        File.Move(draft, Path.Combine(folder, WeightsFile), overwrite: true);
    }

    /// <summary>A hash of all that determines what the model in a folder does.</summary>
    /// <exception cref="Fault">NotFound: no such folder, or no weights in it.</exception>
    public static string Identity(string folder)
    {
        string weights = Path.Combine(folder, WeightsFile);
        Fault.Unless(File.Exists(weights), FaultCode.NotFound, weights, "does not exist");
        string[] hashes = [.. Beside.Append(WeightsFile).Select(name => Path.Combine(folder, name)).Where(File.Exists)
            .Select(path => $"{Path.GetFileName(path)} {FileHash.Of(path)}")];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', hashes))));
    }
}
