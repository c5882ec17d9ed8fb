namespace ViSurf.Grains;

/// <summary>What a slot says of itself, every second or so.</summary>
/// <param name="Lease">What it works on; null where it is idle.</param>
/// <param name="Labels">Null where it has none.</param>
/// <param name="Reason">Why it takes no new work, where it takes none.</param>
[GenerateSerializer, Immutable, Alias("visurf.SlotReport")]
public sealed record SlotReport(
    [property: Id(0)] string SlotId,
    [property: Id(1)] Lease? Lease,
    [property: Id(2)] StageProgress? Progress,
    [property: Id(3)] bool IsDraining,
    [property: Id(4)] IReadOnlyDictionary<string, string>? Labels = null,
    [property: Id(5)] string? Reason = null);

/// <summary>How far an attempt is: for watching, and to choose whose stop costs least.</summary>
/// <param name="Saved">The step of its last checkpoint.</param>
[GenerateSerializer, Immutable, Alias("visurf.StageProgress")]
public sealed record StageProgress(
    [property: Id(0)] string Stage,
    [property: Id(1)] int Step,
    [property: Id(2)] int Steps,
    [property: Id(3)] Dictionary<string, double> Metrics,
    [property: Id(4)] int Saved = 0);
