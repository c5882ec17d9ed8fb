namespace ViSurf.Grains;

/// <summary>Where a checkpoint lies in the checkpoint store, and what its bytes are.</summary>
/// <param name="Blob">s/{stage key}/{experiment}/f{fence}-s{step}; written once, never over another.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("visurf.Checkpoint")]
public sealed record Checkpoint(
    [property: Id(0)] string Blob, [property: Id(1)] int Step, [property: Id(2)] long Length, [property: Id(3)] string Sha256);
