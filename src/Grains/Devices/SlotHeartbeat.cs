using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

/// <summary>Reports this process's slots to the scheduler every second; the report wakes the scheduler, wherever it must live.</summary>
/// <remarks>Registered after the silo, so that it stops before it: a drain ends while grains still answer.</remarks>
public sealed class SlotHeartbeat(DeviceHost devices, IGrainFactory grains, TimeProvider clock, ILogger<SlotHeartbeat> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Task drained = devices.DrainAsync();
        await SendAsync();
        await drained.WaitAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, clock);
        do
        {
            await SendAsync();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SendAsync()
    {
        try
        {
            await grains.GetGrain<ISchedulerGrain>(Pools.Default).HeartbeatAsync(devices.Reports());
        }
        catch (Exception e)
        {
            // Whatever it is, the next second tries again: slots that report no longer lose their work.
            DeviceLog.HeartbeatFailed(log, e.Message);
        }
    }
}
