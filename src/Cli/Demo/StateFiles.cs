using ViSurf.Training.Experiments;

namespace ViSurf.Cli.Demo;

/// <summary>Removal of what a state folder holds.</summary>
internal static class StateFiles
{
    private static readonly string[] Own = ["stages", "results", "report"];

    /// <summary>Removes stages, results and reports, and nothing else that may lie there.</summary>
    /// <exception cref="ViSurf.Sdk.Fault">Conflict: another process uses the folder.</exception>
    public static void Forget(string folder)
    {
        using StateFolder held = new(folder);
        foreach (string own in Own.Select(name => Path.Combine(folder, name)).Where(Directory.Exists))
        {
            Directory.Delete(own, recursive: true);
        }
    }
}
