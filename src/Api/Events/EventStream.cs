using System.Text;
using System.Text.Json;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Events;

/// <summary>Writes one watcher's server-sent events: what is stored, then what is stored next, and slots between.</summary>
internal sealed class EventStream(
    IOutbox outbox, IGrainFactory grains, TimeProvider clock, HttpResponse response, string sweep, long after)
{
    public const string MediaType = "text/event-stream";
    private const int BatchMax = 100;
    private const int TicksOfSilence = 15;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private long last = after;
    private bool isCompleted;
    private string slots = "[]";
    private int silentTicks;

    /// <summary>Runs until the sweep has ended and everything was written.</summary>
    /// <param name="hasEnded">Whether the sweep had ended before the call: then nothing follows what is stored.</param>
    public async Task RunAsync(bool hasEnded, CancellationToken stop)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        await response.StartAsync(stop);
        using PeriodicTimer timer = new(Tick, clock);
        Task<bool> tick = timer.WaitForNextTickAsync(stop).AsTask();
        while (true)
        {
            // Asked before the read: what is stored in between wakes it.
            Task changed = outbox.WaitAsync(stop);
            await WriteStoredAsync(stop);
            if (isCompleted || hasEnded)
            {
                return;
            }

            while (await Task.WhenAny(changed, tick) == tick)
            {
                await tick;
                tick = timer.WaitForNextTickAsync(stop).AsTask();
                await WriteSlotsAsync(stop);
            }

            await changed;
        }
    }

    private async Task WriteStoredAsync(CancellationToken stop)
    {
        IReadOnlyList<EventView> batch;
        do
        {
            batch = await outbox.ReadAfterAsync(last, sweep, BatchMax, stop);
            foreach (EventView happened in batch)
            {
                await WriteAsync($"id: {happened.Sequence}\nevent: {happened.Kind}\ndata: {Json(happened)}\n\n", stop);
                last = happened.Sequence;
                // A sweep that was extended goes on after it was completed.
                isCompleted = happened.Kind == EventKinds.SweepCompleted;
            }
        }
        while (batch.Count == BatchMax);
        await response.Body.FlushAsync(stop);
    }

    private async Task WriteSlotsAsync(CancellationToken stop)
    {
        string now = await SlotsAsync();
        if (now != slots)
        {
            slots = now;
            await WriteAsync($"event: slots\ndata: {now}\n\n", stop);
        }
        else if (++silentTicks >= TicksOfSilence)
        {
            await WriteAsync(": still here\n\n", stop);
        }

        await response.Body.FlushAsync(stop);
    }

    private async Task<string> SlotsAsync()
    {
        try
        {
            IReadOnlyList<SlotView> all = await grains.GetGrain<ISchedulerGrain>(Pools.Default).SlotsAsync();
            return Json(all.Where(slot => slot.Experiment?.StartsWith($"{sweep}/", StringComparison.Ordinal) == true).ToList());
        }
        catch (Exception e) when (e is TimeoutException or Orleans.Runtime.OrleansException)
        {
            return slots; // the scheduler moves; the next tick asks again
        }
    }

    private async Task WriteAsync(string text, CancellationToken stop)
    {
        silentTicks = 0;
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), stop);
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, SpecJson.Options);
}
