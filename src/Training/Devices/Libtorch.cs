using System.Runtime.InteropServices;
using ViSurf.Sdk;

namespace ViSurf.Training.Devices;

/// <summary>Loads libtorch: the packaged one, or that of the folder which VISURF_LIBTORCH names.</summary>
/// <remarks>
/// The packaged one lies in a folder of its own beside the program, so that nothing finds it unasked: two copies of libtorch in one
/// process register their operators twice. What is loaded once is found again by its own name, by TorchSharp too.
/// </remarks>
public static class Libtorch
{
    /// <summary>The environment variable that names a folder, torch/lib of a Python wheel for one.</summary>
    public const string Variable = "VISURF_LIBTORCH";

    /// <summary>The version that libLibTorchSharp was built for: libtorch promises no binary compatibility to others.</summary>
    public static readonly Version Wanted = new(2, 10);

    private static readonly string Packaged = Path.Combine(AppContext.BaseDirectory, "libtorch");

    // Each needs those before it; what is not in a folder, CUDA's in the packaged one, is left out.
    private static readonly string[] Order =
        ["libgomp*.so*", "libc10.so", "libc10_cuda.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];

    private static readonly Lazy<LoadedLibtorch> Loaded = new(() => Load(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>Loads it before the first tensor; later calls only say what was loaded.</summary>
    /// <exception cref="Fault">NotFound: no libtorch in the folder. SpecInvalid: one of another version, or it does not load.</exception>
    public static LoadedLibtorch Load() => Loaded.Value;

    private static LoadedLibtorch Load(string? asked)
    {
        string folder = string.IsNullOrEmpty(asked) ? Packaged : Path.GetFullPath(asked);
        string core = Path.Combine(folder, "libtorch_cpu.so");
        Fault.Unless(File.Exists(core), FaultCode.NotFound, Subject(asked), $"names {folder}, which holds no libtorch_cpu.so");
        foreach (string file in Order.SelectMany(name => Directory.EnumerateFiles(folder, name)))
        {
            LoadFile(file, asked);
        }

        Version found = VersionOf(core);
        Fault.Unless(found.Major == Wanted.Major && found.Minor == Wanted.Minor, FaultCode.SpecInvalid, Subject(asked),
            $"names {folder}, which holds libtorch {found}; allowed: {Wanted}.x");
        LoadFile(Path.Combine(Packaged, "libLibTorchSharp.so"), asked);
        return new(folder, found);
    }

    private static void LoadFile(string file, string? asked)
    {
        try
        {
            NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new Fault(FaultCode.SpecInvalid, Subject(asked),
                $"names a folder whose {Path.GetFileName(file)} does not load: {e.Message}", e);
        }
    }

    // 0xMMmmpp.. : the library's own word, whatever the folder is called.
    private static unsafe Version VersionOf(string core)
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.Load(core), "aoti_torch_abi_version", out nint address))
        {
            return new(0, 0);
        }

        ulong word = ((delegate* unmanaged<ulong>)address)();
        return new((int)(word >> 56), (int)((word >> 48) & 0xff), (int)((word >> 40) & 0xff));
    }

    private static string Subject(string? asked) => string.IsNullOrEmpty(asked) ? "libtorch" : Variable;
}

/// <summary>The libtorch of this process.</summary>
public sealed record LoadedLibtorch(string Folder, Version Version);
