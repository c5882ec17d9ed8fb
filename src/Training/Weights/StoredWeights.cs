using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;

namespace ViSurf.Training.Weights;

/// <summary>Weights read from a safetensors file, which must hold exactly what the model asks for.</summary>
public sealed class StoredWeights(string path) : IWeightSource
{
    private readonly SafetensorsFile file = new(path);
    private readonly HashSet<string> read = [];

    public Tensor Get(string name, Initial initial, long[] shape)
    {
        Fault.Unless(file.Entries.TryGetValue(name, out SafetensorsEntry? entry), FaultCode.FileDamaged, path, $"has no tensor '{name}'");
        Fault.Unless(entry.Shape.AsSpan().SequenceEqual(shape), FaultCode.FileDamaged, path,
            $"tensor '{name}' has shape [{string.Join(", ", entry.Shape)}] where config.json asks for [{string.Join(", ", shape)}]");
        read.Add(name);
        using var scope = NewDisposeScope();
        return file.Read(name).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Throws where the file holds tensors that nobody asked for; a checkpoint's optimiser state aside.</summary>
    /// <exception cref="Fault">FileDamaged, naming the first few.</exception>
    public void DemandAllRead()
    {
        string[] spare = [.. file.Entries.Keys
            .Where(name => !read.Contains(name) && !name.StartsWith(CheckpointFile.OptimiserPrefix, StringComparison.Ordinal)).Take(5)];
        Fault.Unless(spare.Length == 0, FaultCode.FileDamaged, path, $"holds tensors unknown to config.json: {string.Join(", ", spare)}");
    }
}
