using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;

namespace ViSurf.Training.Experiments;

/// <summary>Where stages and results are kept; one process at a time.</summary>
public sealed class StateFolder : IDisposable
{
    private readonly string root;
    private readonly FileStream held;

    /// <exception cref="Fault">Conflict: another process holds the folder.</exception>
    public StateFolder(string root)
    {
        this.root = root;
        Directory.CreateDirectory(root);
        try
        {
            held = new(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new Fault(FaultCode.Conflict, root,
                "is in use by another process; wait for it, or choose another folder with --state", e);
        }
    }

    /// <summary>The folder of a training stage.</summary>
    public string Stage(string key) => Path.Combine(root, "stages", key);

    /// <summary>A file directly in the folder.</summary>
    public string File(string name) => Path.Combine(root, name);

    /// <summary>The result of an experiment; null where it has not ended.</summary>
    /// <exception cref="Fault">FileDamaged, naming the file.</exception>
    public ExperimentResult? ReadResult(string id) => DurableFile.ReadJson<ExperimentResult>(ResultPath(id));

    public void WriteResult(ExperimentResult result)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ResultPath(result.Id))!);
        DurableFile.WriteJson(ResultPath(result.Id), result);
    }

    public void Dispose() => held.Dispose();

    private string ResultPath(string id) => Path.Combine(root, "results", $"{id}.json");
}
