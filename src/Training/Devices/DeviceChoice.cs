using System.Globalization;
using ViSurf.Sdk;

namespace ViSurf.Training.Devices;

/// <summary>What people call devices: auto, cpu, cuda, cuda:N.</summary>
public static class DeviceChoice
{
    /// <summary>The device of a run by itself: auto is the first GPU where this process has one, else the processor.</summary>
    /// <exception cref="Fault">SpecInvalid: no such word. Unavailable: no such device, and why.</exception>
    public static Device One(string asked, string field) => asked switch
    {
        "cpu" => CPU,
        "auto" => Cuda().Count > 0 ? new("cuda:0") : CPU,
        "cuda" => Cuda(asked, 0, field),
        _ when IndexOf(asked) is { } index => Cuda(asked, index, field),
        _ => throw Unknown(asked, field),
    };

    /// <summary>The devices of a node's slots by name: auto and cuda are every GPU; auto without one, and cpu, are threads.</summary>
    /// <param name="threads">Slots on the processor.</param>
    /// <exception cref="Fault">As <see cref="One"/>.</exception>
    public static IReadOnlyList<string> Slots(string asked, int threads, string field)
    {
        Device first = One(asked, field);
        if (first.type == DeviceType.CPU)
        {
            return [.. Enumerable.Range(0, threads).Select(i => $"cpu:{i}")];
        }

        return IndexOf(asked) is { } only ? [$"cuda:{only}"] : [.. Enumerable.Range(0, Cuda().Count).Select(i => $"cuda:{i}")];
    }

    /// <summary>The device of a slot's name.</summary>
    public static Device OfSlot(string name) => name.StartsWith("cuda:", StringComparison.Ordinal) ? new(name) : CPU;

    private static Device Cuda(string asked, int index, string field)
    {
        (int count, string reason) = Cuda();
        Fault.Unless(count > 0, FaultCode.Unavailable, field, $"is {asked}, and {reason}; allowed here: auto, cpu");
        Fault.Unless(index < count, FaultCode.Unavailable, field,
            $"is {asked}, and this process sees {count} GPUs; allowed: cuda:0 to cuda:{count - 1}");
        return new($"cuda:{index}");
    }

    private static (int Count, string Reason) Cuda()
    {
        LoadedLibtorch libtorch = Libtorch.Load();
        if (!File.Exists(Path.Combine(libtorch.Folder, "libtorch_cuda.so")))
        {
            return (0, $"the libtorch of {libtorch.Folder} is for the processor alone "
                + $"(-p:TorchBackend=cuda, or {Libtorch.Variable}, brings CUDA)");
        }

        int count = cuda.is_available() ? cuda.device_count() : 0;
        bool hasDriver = File.Exists("/proc/driver/nvidia/version");
        return (count, hasDriver ? "no GPU is visible to this process" : "this machine has no NVIDIA driver");
    }

    private static int? IndexOf(string asked) => asked.StartsWith("cuda:", StringComparison.Ordinal)
        && int.TryParse(asked.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    private static Fault Unknown(string asked, string field) =>
        new(FaultCode.SpecInvalid, field, $"is '{asked}'; allowed: auto, cpu, cuda, cuda:0, cuda:1 ..");
}
