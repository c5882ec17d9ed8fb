using ViSurf.Sdk;

namespace ViSurf.Training.Planning;

/// <summary>What a plan needs to know of a device.</summary>
/// <param name="Memory">Bytes.</param>
/// <param name="Flops">Dense bfloat16 products a second, as its maker states them.</param>
/// <param name="WideFlops">Float32 products a second, as its maker states them.</param>
/// <param name="Bandwidth">Bytes a second between memory and processor.</param>
public sealed record DeviceKind(string Name, long Memory, double Flops, double WideFlops, double Bandwidth)
{
    private const string Cpu = "cpu";
    private const long Gigabyte = 1_000_000_000;

    private static readonly DeviceKind[] Known =
    [
        new("h200", 141 * Gigabyte, 989e12, 67e12, 4.8e12),
        new("h100", 80 * Gigabyte, 989e12, 67e12, 3.35e12),
        new("a100-80", 80 * Gigabyte, 312e12, 19.5e12, 2.0e12),
        new("a100-40", 40 * Gigabyte, 312e12, 19.5e12, 1.56e12),
        new("l40s", 48 * Gigabyte, 362e12, 91.6e12, 0.86e12),
        new("rtx4090", 24 * Gigabyte, 165e12, 82.6e12, 1.0e12),
    ];

    /// <exception cref="Fault">SpecInvalid, with the names that are known.</exception>
    public static DeviceKind Of(string name, string field) => Array.Find(Known, kind => kind.Name == name)
        ?? throw new Fault(FaultCode.SpecInvalid, field,
            $"is '{name}'; allowed: {string.Join(", ", Known.Select(kind => kind.Name))}, cpu");

    /// <summary>One slot of this machine: a thread, and its share of the memory.</summary>
    /// <param name="slots">Slots beside each other.</param>
    public static DeviceKind Processor(TimeProvider clock, int slots)
    {
        double flops = ProcessorSpeed.Flops(clock); // narrower products are no faster there
        return new(Cpu, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / slots, flops, flops, ProcessorSpeed.Bandwidth(clock));
    }

    /// <summary>The processor, or a GPU.</summary>
    public DeviceType Type => Name == Cpu ? DeviceType.CPU : DeviceType.CUDA;

    /// <summary>Products a second of weights of a type.</summary>
    public double FlopsOf(WeightType type) => type == WeightType.Float32 ? WideFlops : Flops;
}
