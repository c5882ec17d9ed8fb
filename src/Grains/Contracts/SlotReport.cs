namespace ViSurf.Grains;

/// <summary>What a slot says of itself, every second or so.</summary>
/// <param name="Lease">What it works on; null where it is idle.</param>
[GenerateSerializer, Immutable, Alias("visurf.SlotReport")]
public sealed record SlotReport(
    [property: Id(0)] string SlotId,
    [property: Id(1)] Lease? Lease,
    [property: Id(2)] StageProgress? Progress,
    [property: Id(3)] bool IsDraining);

/// <summary>How far an attempt is: for watching, never for decisions.</summary>
[GenerateSerializer, Immutable, Alias("visurf.StageProgress")]
public sealed record StageProgress(
    [property: Id(0)] string Stage,
    [property: Id(1)] int Step,
    [property: Id(2)] int Steps,
    [property: Id(3)] Dictionary<string, double> Metrics);
