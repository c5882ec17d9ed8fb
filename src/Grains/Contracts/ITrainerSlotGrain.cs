
namespace ViSurf.Grains;

/// <summary>The remote face of one slot. It trains nothing: the node's device threads do.</summary>
/// <remarks>Key: the node, a bar, the device.</remarks>
[Alias("visurf.ITrainerSlotGrain")]
public interface ITrainerSlotGrain : IGrainWithStringKey
{
    /// <summary>Begins an attempt; a repeated start of the same attempt is the same.</summary>
    /// <returns>False where the slot is busy with another, or draining.</returns>
    [Alias("Start"), ResponseTimeout("00:00:05")]
    ValueTask<bool> StartAsync(Attempt attempt);

    /// <summary>Asks the attempt with this fence to end.</summary>
    [Alias("Stop"), AlwaysInterleave]
    ValueTask StopAsync(string experimentId, long fence);
}
