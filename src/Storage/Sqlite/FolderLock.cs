using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Holds a folder for this process: whoever comes second is refused.</summary>
/// <remarks>The lock is the operating system's, so it goes with the process, however that ends.</remarks>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream held;

    /// <exception cref="Fault">Conflict: another process holds the folder.</exception>
    public FolderLock(string folder)
    {
        Directory.CreateDirectory(folder);
        try
        {
            held = new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new Fault(FaultCode.Conflict, folder,
                "is in use by another process; wait for it, or choose another folder with --state", e);
        }
    }

    public void Dispose() => held.Dispose();
}
