using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

/// <summary>Wakes the one that tidies up, wherever it must live; every control process does, and it heeds one an hour.</summary>
public sealed class StorageClock(IGrainFactory grains, TimeProvider clock, ILogger<StorageClock> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Hint.Send(WakeAsync(), log);
        }
    }

    private async ValueTask WakeAsync() => await grains.GetGrain<IStorageGrain>(Pools.Default).WakeAsync();
}
