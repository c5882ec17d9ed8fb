namespace ViSurf.Grains;

/// <summary>The checkpoint store as those see it who have no right to it: its grains live where slots are.</summary>
/// <remarks>Calls are short: whoever has much to ask asks again and again. Each may be repeated.</remarks>
[Alias("visurf.ICheckpointGrain")]
public interface ICheckpointGrain : IGrainWithIntegerKey
{
    /// <summary>See <see cref="ICheckpointStore.List"/>.</summary>
    /// <exception cref="Sdk.Fault">Unavailable.</exception>
    [Alias("List")]
    ValueTask<BlobPage> ListAsync(string? cursor, int max);

    /// <summary>Which of these blobs are there.</summary>
    /// <exception cref="Sdk.Fault">Unavailable.</exception>
    [Alias("Find")]
    ValueTask<IReadOnlyList<string>> FindAsync(IReadOnlyList<string> blobs);

    /// <summary>Drops blobs that nothing refers to.</summary>
    /// <returns>Those that were there.</returns>
    /// <exception cref="Sdk.Fault">Unavailable.</exception>
    [Alias("Drop")]
    ValueTask<IReadOnlyList<string>> DropAsync(IReadOnlyList<string> blobs);
}

/// <summary>A blob in the checkpoint store.</summary>
/// <param name="Name">s/{stage key}/{experiment}/f{fence}-s{step}.</param>
/// <param name="Length">Bytes.</param>
/// <param name="WrittenAt">By the clock of the store.</param>
[GenerateSerializer, Immutable, Alias("visurf.StoredBlob")]
public sealed record StoredBlob(
    [property: Id(0)] string Name, [property: Id(1)] long Length, [property: Id(2)] DateTimeOffset WrittenAt);

/// <summary>A part of a list of blobs.</summary>
/// <param name="Next">What the part after it is asked for with; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("visurf.BlobPage")]
public sealed record BlobPage([property: Id(0)] IReadOnlyList<StoredBlob> Blobs, [property: Id(1)] string? Next);
