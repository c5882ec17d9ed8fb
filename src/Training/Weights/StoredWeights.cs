using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;

namespace ViSurf.Training.Weights;

/// <summary>Weights read from files, which must hold exactly what the model asks for.</summary>
/// <param name="path">A safetensors file, or the index of several.</param>
public sealed class StoredWeights(string path, Placement placement) : IWeightSource
{
    private readonly WeightFiles files = WeightFiles.Open(path);
    private readonly HashSet<string> read = [];

    public Tensor Get(string name, Initial initial, long[] shape)
    {
        Fault.Unless(files.Tensors.TryGetValue(name, out StoredTensor? stored), FaultCode.FileDamaged, path, $"has no tensor '{name}'");
        Fault.Unless(stored.Entry.Shape.AsSpan().SequenceEqual(shape), FaultCode.FileDamaged, stored.File.Path,
            $"tensor '{name}' has shape [{string.Join(", ", stored.Entry.Shape)}] where config.json asks for [{string.Join(", ", shape)}]");
        read.Add(name);
        return files.Read(name, placement);
    }

    /// <summary>Throws where the files hold tensors that nobody asked for; a checkpoint's optimiser state aside, and a tied head that is
    /// stored although it is the embedding.</summary>
    /// <exception cref="Fault">FileDamaged, naming the first few.</exception>
    public void DemandAllRead()
    {
        string[] spare = [.. files.Tensors.Keys
            .Where(name => !read.Contains(name) && !name.StartsWith(CheckpointFile.OptimiserPrefix, StringComparison.Ordinal)
                && !(name == WeightNames.Head && IsEmbedding())).Take(5)];
        Fault.Unless(spare.Length == 0, FaultCode.FileDamaged, path, $"holds tensors unknown to config.json: {string.Join(", ", spare)}");
    }

    private bool IsEmbedding()
    {
        using var scope = NewDisposeScope();
        return files.Tensors.TryGetValue(WeightNames.Embedding, out StoredTensor? embedding)
            && embedding.Entry.Shape.AsSpan().SequenceEqual(files.Tensors[WeightNames.Head].Entry.Shape)
            && files.Read(WeightNames.Head).eq(files.Read(WeightNames.Embedding)).all().item<bool>();
    }
}
