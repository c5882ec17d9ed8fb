
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

    /// <summary>Asks the attempt with this fence to write a checkpoint and give way to another experiment.</summary>
    [Alias("Preempt"), AlwaysInterleave]
    ValueTask PreemptAsync(string experimentId, long fence, string reason);

    /// <summary>Closes the slot, and asks what runs to write a checkpoint and end; or opens it. The scheduler hears of it.</summary>
    /// <param name="reason">Null where it takes work again.</param>
    /// <exception cref="Sdk.Fault">NotFound.</exception>
    [Alias("Drain"), ResponseTimeout("00:00:05")]
    ValueTask DrainAsync(string? reason);
}
