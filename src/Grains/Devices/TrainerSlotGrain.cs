using Orleans.Placement;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Hands what it is told to the device host of its process.</summary>
/// <remarks>Key: the node, a bar, the device. Holds nothing.</remarks>
[PinnedToNode, Immovable]
public sealed class TrainerSlotGrain(DeviceHost devices) : Grain, ITrainerSlotGrain
{
    public ValueTask<bool> StartAsync(Attempt attempt) => new(devices.TryStart(attempt));

    public ValueTask StopAsync(string experimentId, long fence)
    {
        devices.Stop(this.GetPrimaryKeyString(), experimentId, fence, StopReason.Usual);
        return ValueTask.CompletedTask;
    }

    public ValueTask PreemptAsync(string experimentId, long fence, string reason)
    {
        devices.Stop(this.GetPrimaryKeyString(), experimentId, fence, new(FailureKind.Preempted, reason));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DrainAsync(string? reason)
    {
        SlotReport report = devices.Drain(this.GetPrimaryKeyString(), reason)
            ?? throw new Fault(FaultCode.NotFound, this.GetPrimaryKeyString(), "is no slot of this process");
        await GrainFactory.GetGrain<ISchedulerGrain>(Pools.Default).HeartbeatAsync([report]);
    }
}
