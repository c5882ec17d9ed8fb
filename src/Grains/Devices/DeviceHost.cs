using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

/// <summary>The slots of this process, one thread each. Decides nothing: it is told what to start and what to stop.</summary>
/// <remarks>
/// A singleton beside the grains, because a grain may be deactivated or doubled at any time, and because work of minutes on the
/// thread pool starves every grain of the process.
/// </remarks>
public sealed class DeviceHost : IDisposable
{
    private readonly Dictionary<string, DeviceSlot> slots;
    internal const string Stops = "its process stops";

    private readonly IHostApplicationLifetime process;
    private readonly ILogger log;

    public DeviceHost(
        SlotSettings settings, AttemptRunner runner, TimeProvider clock, IHostApplicationLifetime process, ILogger<DeviceHost> log)
    {
        (this.process, this.log) = (process, log);
        slots = settings.Ids().ToDictionary(id => id, id =>
            new DeviceSlot(id, settings.LabelsOf(id), runner, new(clock), () => Lost(id), log));
    }

    public bool IsDraining { get; private set; }

    /// <summary>Begins an attempt; a repeated start of the same attempt is the same.</summary>
    /// <returns>False where the slot is unknown or busy with another, or the process is about to stop.</returns>
    public bool TryStart(Attempt attempt) =>
        !IsDraining && slots.TryGetValue(attempt.Lease.SlotId, out DeviceSlot? slot) && slot.TryStart(attempt);

    /// <summary>Closes a slot, or opens it: a person's wish, which lasts as long as the process.</summary>
    /// <param name="reason">Why it takes no work; null where it takes some again.</param>
    /// <returns>Null where this process has no such slot.</returns>
    public SlotReport? Drain(string slotId, string? reason)
    {
        if (!slots.TryGetValue(slotId, out DeviceSlot? slot))
        {
            return null;
        }

        if (reason is null)
        {
            slot.Undrain();
        }
        else
        {
            slot.Drain(reason);
        }

        return slot.Report(IsDraining);
    }

    /// <summary>Asks an attempt to end; another attempt goes on.</summary>
    public void Stop(string slotId, string experimentId, long fence, StopReason reason)
    {
        if (slots.TryGetValue(slotId, out DeviceSlot? slot))
        {
            slot.Stop(lease => lease.ExperimentId == experimentId && lease.Fence == fence, reason);
        }
    }

    public IReadOnlyList<SlotReport> Reports() => [.. slots.Values.Select(slot => slot.Report(IsDraining))];

    /// <summary>Takes no new work, and asks what runs to write a checkpoint and end.</summary>
    /// <returns>Ends when every slot is idle.</returns>
    public Task DrainAsync()
    {
        IsDraining = true;
        foreach (DeviceSlot slot in slots.Values)
        {
            slot.Drain(Stops); // under the slot's lock: no start comes between
        }

        return Task.WhenAll(slots.Values.Select(slot => slot.WhenIdle()));
    }

    // What runs on other devices writes a checkpoint first: the process stops as it is asked to, and whoever starts processes starts
    // another.
    private void Lost(string slotId)
    {
        IsDraining = true;
        DeviceLog.Lost(log, slotId);
        process.StopApplication();
    }

    public void Dispose()
    {
        foreach (DeviceSlot slot in slots.Values)
        {
            slot.Dispose();
        }
    }
}
