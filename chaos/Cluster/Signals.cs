using System.Runtime.InteropServices;

namespace ViSurf.Chaos.Cluster;

/// <summary>What Linux sends to a process.</summary>
internal static partial class Signals
{
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <returns>Whether there was such a process.</returns>
    public static bool Send(int process, int signal) => Call(process, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Call(int process, int signal);
}
