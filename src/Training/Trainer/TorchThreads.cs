using System.Runtime.InteropServices;
using ViSurf.Training.Devices;

namespace ViSurf.Training.Trainer;

/// <summary>Settings of libtorch for a whole process, made before its first tensor.</summary>
public static partial class TorchThreads
{
    /// <summary>One thread a run: small models gain nothing from more, and waiting threads of libgomp burn a core.</summary>
    public static void UseOneARun()
    {
        // .NET keeps its own copy of the environment; libgomp reads the process's, once, when it is loaded.
        _ = setenv("OMP_WAIT_POLICY", "passive", overwrite: 0);
        Libtorch.Load();
        set_num_threads(1);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
