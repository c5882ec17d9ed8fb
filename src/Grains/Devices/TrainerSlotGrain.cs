using Orleans.Placement;

namespace ViSurf.Grains;

/// <summary>Hands what it is told to the device host of its process.</summary>
/// <remarks>Key: the node, a bar, the device. Holds nothing.</remarks>
[Immovable]
public sealed class TrainerSlotGrain(DeviceHost devices) : Grain, ITrainerSlotGrain
{
    public ValueTask<bool> StartAsync(Attempt attempt) => new(devices.TryStart(attempt));

    public ValueTask StopAsync(string experimentId, long fence)
    {
        devices.Stop(this.GetPrimaryKeyString(), experimentId, fence);
        return ValueTask.CompletedTask;
    }
}
