using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

/// <summary>What a node's slots are.</summary>
/// <param name="Node">The node's name: the same after a restart.</param>
/// <param name="Count">How many one-thread slots it has.</param>
public sealed record SlotSettings(string Node, int Count)
{
    public IEnumerable<string> Ids() => Enumerable.Range(0, Count).Select(i => $"{Node}|cpu:{i}");
}

/// <summary>The slots of this process, one thread each. Decides nothing: it is told what to start and what to stop.</summary>
/// <remarks>
/// A singleton beside the grains, because a grain may be deactivated or doubled at any time, and because work of minutes on the
/// thread pool starves every grain of the process.
/// </remarks>
public sealed class DeviceHost : IDisposable
{
    private readonly Dictionary<string, DeviceSlot> slots;

    public DeviceHost(SlotSettings settings, AttemptRunner runner, ILogger<DeviceHost> log)
    {
        slots = settings.Ids().ToDictionary(id => id, id => new DeviceSlot(id, runner, log));
    }

    public bool IsDraining { get; private set; }

    /// <summary>Begins an attempt; a repeated start of the same attempt is the same.</summary>
    /// <returns>False where the slot is unknown or busy with another, or the process is about to stop.</returns>
    public bool TryStart(Attempt attempt) =>
        !IsDraining && slots.TryGetValue(attempt.Lease.SlotId, out DeviceSlot? slot) && slot.TryStart(attempt);

    /// <summary>Asks an attempt to end; another attempt goes on.</summary>
    public void Stop(string slotId, string experimentId, long fence)
    {
        if (slots.TryGetValue(slotId, out DeviceSlot? slot))
        {
            slot.Stop(lease => lease.ExperimentId == experimentId && lease.Fence == fence);
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
            slot.Stop(_ => true);
        }

        return Task.WhenAll(slots.Values.Select(slot => slot.WhenIdle()));
    }

    public void Dispose()
    {
        foreach (DeviceSlot slot in slots.Values)
        {
            slot.Dispose();
        }
    }
}
