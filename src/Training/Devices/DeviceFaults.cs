using ViSurf.Sdk;
using ViSurf.Training.Planning;

namespace ViSurf.Training.Devices;

/// <summary>Reads in libtorch's messages what became of a device.</summary>
/// <remarks>libtorch has one kind of exception for everything; the words are those of c10's allocators and of the CUDA runtime.</remarks>
public static class DeviceFaults
{
    private static readonly string[] NoMemory = ["out of memory", "can't allocate memory", "not enough memory"];

    private static readonly string[] NoDevice =
    [
        "no CUDA-capable device", "driver version is insufficient", "No CUDA GPUs are available", "Found no NVIDIA driver",
        "invalid device ordinal",
    ];

    /// <summary>
    /// OutOfMemory: the stage needs more than the device has. DeviceLost: the device's context is poisoned, and every later call on it
    /// fails until the process is another one. Unavailable: there is no such device. Null: it is about something else.
    /// </summary>
    public static Fault? Of(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (Of(e.Message) is { } code)
            {
                string advice = code == FaultCode.OutOfMemory ? $"; {MemoryPlan.Advice}" : "";
                return new(code, "device", FirstLine(e.Message) + advice, exception);
            }
        }

        return null;
    }

    private static FaultCode? Of(string message) => message switch
    {
        _ when Array.Exists(NoMemory, word => message.Contains(word, StringComparison.OrdinalIgnoreCase)) => FaultCode.OutOfMemory,
        _ when Array.Exists(NoDevice, word => message.Contains(word, StringComparison.OrdinalIgnoreCase)) => FaultCode.Unavailable,
        _ when message.Contains("CUDA error", StringComparison.Ordinal) || message.Contains("CUDNN_STATUS", StringComparison.Ordinal)
            || message.Contains("CUBLAS_STATUS", StringComparison.Ordinal) => FaultCode.DeviceLost,
        _ => null,
    };

    private static string FirstLine(string message) => message.Split('\n', 2)[0].TrimEnd();
}
