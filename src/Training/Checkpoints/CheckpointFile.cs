using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Checkpoints;

/// <summary>A checkpoint as one safetensors file: weights under their names, the optimiser's state after them, the manifest in the
/// metadata.</summary>
public static class CheckpointFile
{
    /// <summary>Before the names of the optimiser's tensors.</summary>
    public const string OptimiserPrefix = "optimizer.";

    private const string ManifestEntry = "manifest";

    public static void Write(Stream file, CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights,
        IReadOnlyList<TensorBytes> optimiser) => SafetensorsWriter.Write(
            file,
            [.. weights, .. optimiser.Select(tensor => tensor with { Name = OptimiserPrefix + tensor.Name })],
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                [ManifestEntry] = JsonSerializer.Serialize(manifest, SpecJson.Options),
            });

    /// <summary>Reads a file whose bytes were verified before.</summary>
    /// <exception cref="Fault">FileDamaged: it is no checkpoint.</exception>
    public static StoredCheckpoint Read(string path)
    {
        SafetensorsFile file = new(path);
        Fault.Unless(file.Metadata.TryGetValue(ManifestEntry, out string? text), FaultCode.FileDamaged, path, "has no manifest");
        try
        {
            CheckpointManifest manifest = JsonSerializer.Deserialize<CheckpointManifest>(text, SpecJson.Options)!;
            return new(manifest, file.Read, name => file.Read(OptimiserPrefix + name));
        }
        catch (JsonException e)
        {
            throw new Fault(FaultCode.FileDamaged, path, $"has a manifest that cannot be read: {e.Message}", e);
        }
    }
}
