namespace ViSurf.Training.Weights;

/// <summary>Where a model's weights live, and how wide their numbers are.</summary>
/// <param name="Type">Float32, BFloat16 or Float16.</param>
public sealed record Placement(ScalarType Type, Device Device)
{
    /// <summary>Float32 on the processor.</summary>
    public static Placement Plain { get; } = new(ScalarType.Float32, CPU);
}
