using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What the scheduler knows of an experiment that has not ended.</summary>
/// <param name="QueuedAt">When it was submitted, in Unix milliseconds.</param>
/// <param name="Index">Its place in its sweep.</param>
[GenerateSerializer, Immutable, Alias("visurf.QueueRow")]
public sealed record QueueRow(
    [property: Id(0)] string ExperimentId,
    [property: Id(1)] string Sweep,
    [property: Id(2)] long QueuedAt,
    [property: Id(3)] int Index,
    [property: Id(4)] Phase Phase,
    [property: Id(5)] long Fence,
    [property: Id(6)] string? SlotId);
