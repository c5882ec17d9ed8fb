using ViSurf.Sdk;

namespace ViSurf.Training.Experiments;

/// <summary>Where stages are kept; one process at a time.</summary>
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
            throw new Fault(FaultCode.Conflict, root, "is in use by another process; wait for it, or choose another folder", e);
        }
    }

    /// <summary>The folder of a training stage.</summary>
    public string Stage(string key) => Path.Combine(root, "stages", key);

    public void Dispose() => held.Dispose();
}
