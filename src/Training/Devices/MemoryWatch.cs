using System.Collections.Concurrent;

namespace ViSurf.Training.Devices;

/// <summary>The most memory that was held while something ran.</summary>
/// <remarks>
/// On the processor it is what the whole process held, and on a GPU what all of its users did: nobody counts what one run among others
/// took. Where something else ran meanwhile the figure is an upper bound, and says so.
/// </remarks>
public sealed class MemoryWatch : IDisposable
{
    private static readonly ConcurrentDictionary<(DeviceType, int), MemoryWatches> Devices = [];
    private readonly MemoryWatches all;

    internal MemoryWatch(MemoryWatches all) => this.all = all;

    /// <summary>The most bytes so far; 0 where nobody counts them.</summary>
    public long Peak => all.Read(this);

    /// <summary>Whether something else is in the figure.</summary>
    public bool IsShared { get; internal set; }

    internal long Highest { get; set; }

    /// <summary>Begins to watch a device's memory, until the watch is disposed of.</summary>
    public static MemoryWatch Start(Device device)
    {
        int index = Math.Max(0, device.index);
        return Devices.GetOrAdd((device.type, index),
            _ => new(device.type == DeviceType.CPU ? new ProcessGauge() : new GpuGauge(index))).Start();
    }

    public void Dispose() => all.End(this);
}

/// <summary>Those who watch one memory, each from a moment of its own.</summary>
internal sealed class MemoryWatches(MemoryGauge gauge)
{
    private readonly Lock gate = new();
    private readonly HashSet<MemoryWatch> open = [];

    public MemoryWatch Start()
    {
        lock (gate)
        {
            Gather();
            MemoryWatch watch = new(this) { IsShared = !gauge.BeginAnew() || open.Count > 0 };
            foreach (MemoryWatch other in open)
            {
                other.IsShared = true;
            }

            open.Add(watch);
            return watch;
        }
    }

    public long Read(MemoryWatch watch)
    {
        lock (gate)
        {
            if (open.Contains(watch))
            {
                Gather();
            }

            return watch.Highest;
        }
    }

    public void End(MemoryWatch watch)
    {
        lock (gate)
        {
            Gather();
            open.Remove(watch);
        }
    }

    // Since the gauge last began anew every open watch was open.
    private void Gather()
    {
        if (open.Count > 0 && gauge.Peak() is { } peak)
        {
            foreach (MemoryWatch watch in open)
            {
                watch.Highest = Math.Max(watch.Highest, peak);
            }
        }
    }
}
