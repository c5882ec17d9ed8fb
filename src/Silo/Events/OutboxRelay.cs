using System.Security.Cryptography;
using System.Text;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Silo.Events;

/// <summary>Publishes stored events in their order, again and again until their effects are stored.</summary>
/// <remarks>
/// An event whose effect a consumer stores is closed by that consumer in the transaction of the effect: the bus may lose it, and it
/// is published again after five seconds, then after twice as long each time, up to five minutes. The others are closed once the
/// bus has taken them.
/// </remarks>
internal sealed class OutboxRelay(IOutbox outbox, IBus bus, TimeProvider clock, ILogger<OutboxRelay> log) : BackgroundService
{
    private const int BatchSize = 512; // also the most events that may be under way
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RepeatAfterMax = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, (long Since, TimeSpan Wait)> underWay = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Task changed = outbox.WaitAsync(stoppingToken);
            try
            {
                await RelayAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it was - a broker's client has errors of many kinds - the events are still there.
                RelayLog.Failed(log, e.Message);
            }

            await changed;
        }
    }

    private async Task RelayAsync(CancellationToken stop)
    {
        while (true)
        {
            IReadOnlyList<EventView> open = await outbox.ReadOpenAsync(BatchSize, stop);
            HashSet<string> ids = [.. open.Select(stored => stored.Id)];
            foreach (string closed in underWay.Keys.Where(id => !ids.Contains(id)).ToArray())
            {
                underWay.Remove(closed);
            }

            List<string> taken = [];
            foreach (EventView stored in open.Where(IsDue))
            {
                await PublishAsync(stored, stop);
                if (!Messages.HasStoredEffect(stored))
                {
                    taken.Add(stored.Id);
                }
            }

            if (taken.Count == 0)
            {
                return;
            }

            await outbox.CloseAsync(taken, stop);
        }
    }

    private bool IsDue(EventView stored) =>
        !underWay.TryGetValue(stored.Id, out (long Since, TimeSpan Wait) one) || clock.GetElapsedTime(one.Since) >= one.Wait;

    private async Task PublishAsync(EventView stored, CancellationToken stop)
    {
        if (Messages.Of(stored) is { } message)
        {
            await bus.Publish(message, context => context.MessageId = MessageId(stored.Id), stop);
        }

        if (Messages.HasStoredEffect(stored))
        {
            TimeSpan wait = underWay.TryGetValue(stored.Id, out (long Since, TimeSpan Wait) before) ? before.Wait * 2 : RepeatAfter;
            underWay[stored.Id] = (clock.GetTimestamp(), wait < RepeatAfterMax ? wait : RepeatAfterMax);
        }
    }

    // The same event is the same message, however often it is published.
    private static Guid MessageId(string eventId) => new(SHA256.HashData(Encoding.UTF8.GetBytes(eventId)).AsSpan(0, 16));
}

internal static partial class RelayLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "events could not be relayed, and are relayed again: {Reason}")]
    public static partial void Failed(ILogger log, string reason);
}
