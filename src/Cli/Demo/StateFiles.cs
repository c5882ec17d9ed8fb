using ViSurf.Training.Experiments;

namespace ViSurf.Cli.Demo;

/// <summary>Removal of what a state folder holds.</summary>
internal static class StateFiles
{
    private static readonly string[] Folders = ["checkpoints", "report"];
    private static readonly string[] Files = ["visurf.db", "visurf.db-wal", "visurf.db-shm", "address"];

    /// <summary>Removes what a server and a demo wrote, and nothing else that may lie there.</summary>
    /// <exception cref="ViSurf.Sdk.Fault">Conflict: another process uses the folder.</exception>
    public static void Forget(string folder)
    {
        using StateFolder held = new(folder);
        foreach (string own in Folders.Select(name => Path.Combine(folder, name)).Where(Directory.Exists))
        {
            Directory.Delete(own, recursive: true);
        }

        foreach (string own in Files)
        {
            File.Delete(Path.Combine(folder, own));
        }
    }
}
