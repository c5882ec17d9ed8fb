using System.Globalization;
using System.Runtime.InteropServices;

namespace ViSurf.Training.Devices;

/// <summary>How much memory a device has.</summary>
public static partial class DeviceMemory
{
    /// <summary>Bytes that a run on the device may take; null where nobody says.</summary>
    /// <param name="sharing">Runs beside each other on the processor.</param>
    public static long? Of(Device device, int sharing) => device.type == DeviceType.CPU
        ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / sharing // a container's limit where there is one
        : OfGpu(Math.Max(0, device.index));

    /// <summary>Bytes of a GPU that are taken, whoever took them; null where nobody says.</summary>
    internal static long? UsedOfGpu(int index) => (long?)Read(index)?.Used;

    private static long? OfGpu(int index) => (long?)Read(index)?.Total;

    // The driver's own library: TorchSharp has no call for it.
    private static NvmlMemory? Read(int index)
    {
        try
        {
            return NativeIndex(index) is { } own && nvmlInit_v2() == 0 && nvmlDeviceGetHandleByIndex_v2(own, out nint handle) == 0
                && nvmlDeviceGetMemoryInfo(handle, out NvmlMemory memory) == 0 ? memory : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    // The driver counts all GPUs of the machine; CUDA_VISIBLE_DEVICES picks some, by number or by name.
    private static uint? NativeIndex(int index)
    {
        string? visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
        if (string.IsNullOrEmpty(visible))
        {
            return (uint)index;
        }

        string? word = visible.Split(',').ElementAtOrDefault(index);
        return uint.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out uint own) ? own : null;
    }

    [LibraryImport("libnvidia-ml.so.1")]
    private static partial int nvmlInit_v2();

    [LibraryImport("libnvidia-ml.so.1")]
    private static partial int nvmlDeviceGetHandleByIndex_v2(uint index, out nint device);

    [LibraryImport("libnvidia-ml.so.1")]
    private static partial int nvmlDeviceGetMemoryInfo(nint device, out NvmlMemory memory);

    [StructLayout(LayoutKind.Sequential)]
    private struct NvmlMemory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }
}
