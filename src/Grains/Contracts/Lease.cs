namespace ViSurf.Grains;

/// <summary>The right of one slot to work on one experiment. Every write names it; a newer lease makes it worthless.</summary>
/// <param name="Fence">Rises by one with every grant; also the number of the attempt.</param>
/// <param name="SlotId">The node, a bar, the device.</param>
[GenerateSerializer, Immutable, Alias("visurf.Lease")]
public sealed record Lease(
    [property: Id(0)] string ExperimentId, [property: Id(1)] long Fence, [property: Id(2)] string SlotId);
