using System.Diagnostics;

namespace ViSurf.Bench;

/// <summary>Counts the processor time of this process in the place of the wall's: a busy machine matters less.</summary>
internal sealed class ProcessorClock : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        using Process me = Process.GetCurrentProcess();
        return me.TotalProcessorTime.Ticks;
    }
}
