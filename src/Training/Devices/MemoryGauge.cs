using System.Globalization;

namespace ViSurf.Training.Devices;

/// <summary>Tells how full a memory was.</summary>
internal abstract class MemoryGauge
{
    /// <summary>The most bytes that were held since it last began anew; null where nobody says.</summary>
    public abstract long? Peak();

    /// <summary>Begins anew at what is held now.</summary>
    /// <returns>False where what was held before stays in.</returns>
    public abstract bool BeginAnew();
}

/// <summary>The resident memory of this process, as the kernel counts it: whatever its threads do, libtorch's buffers and .NET's heap.
/// </summary>
internal sealed class ProcessGauge : MemoryGauge
{
    private const string Status = "/proc/self/status";
    private const string Field = "VmHWM:";

    public override long? Peak()
    {
        string? line = File.Exists(Status)
            ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal))
            : null;
        return line is null ? null : long.Parse(line[Field.Length..^"kB".Length].Trim(), CultureInfo.InvariantCulture) * 1024;
    }

    // Of all that may be written there, 5 sets the highest fill to the present one and nothing else (man 5 proc).
    public override bool BeginAnew()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // then the figure is the process's since its start, and says so
        }
    }
}

/// <summary>A GPU's memory as its driver counts it: whoever uses it.</summary>
/// <remarks>libtorch gives back nothing that it once took, so that what is held after a step is the most that the step took.</remarks>
internal sealed class GpuGauge(int index) : MemoryGauge
{
    private bool isUsed;

    public override long? Peak() => DeviceMemory.UsedOfGpu(index);

    // What an earlier stage of this process took is still held.
    public override bool BeginAnew()
    {
        bool isFirst = !isUsed;
        isUsed = true;
        return isFirst;
    }
}
