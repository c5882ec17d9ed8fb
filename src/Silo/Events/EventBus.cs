using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ViSurf.Silo.Events;

/// <summary>The bus that events travel on: in this process, or over a broker. The consumers are the same.</summary>
/// <remarks>
/// Over RabbitMQ: queues and messages survive a restart of the broker, a publication has ended when the broker has taken it, and a
/// process is given so many messages ahead and no more. A message whose consumer fails is tried again, with growing waits; after the
/// last try an error in the log says so, and it is dropped: its event stays open in the outbox, and is published again later. A queue
/// of errors would hold one more copy for each of those times.
/// </remarks>
internal static class EventBus
{
    /// <summary>Messages that a process is given before it has handled those before.</summary>
    public const ushort Ahead = 32;

    /// <summary>Tries after the first.</summary>
    public const int TriesMore = 4;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <param name="services">The host's parts.</param>
    /// <param name="broker">amqp:// or amqps://, user and password in it; null keeps events in this process.</param>
    public static IServiceCollection AddEvents(this IServiceCollection services, Uri? broker = null) => services.AddMassTransit(bus =>
    {
        bus.DisableUsageTelemetry(); // it would tell its makers what runs here
        bus.AddConfigureEndpointsCallback((_, endpoint) => endpoint.DiscardFaultedMessages());
        bus.AddConsumer<ScoreProjection>(consumer => consumer.ConcurrentMessageLimit = Environment.ProcessorCount);
        if (broker is null)
        {
            bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
            return;
        }

        bus.AddConsumer<FaultReport>();
        bus.UsingRabbitMq((context, rabbit) =>
        {
            rabbit.Host(broker, host =>
            {
                host.PublisherConfirmation = true;
                if (broker.Scheme == "amqps")
                {
                    host.UseSsl(ssl => ssl.ServerName = broker.Host);
                }
            });
            rabbit.Durable = true;
            rabbit.PrefetchCount = Ahead;
            rabbit.UseMessageRetry(retry => retry.Exponential(TriesMore, FirstWait, LongestWait, FirstWait));
            rabbit.ConfigureEndpoints(context);
        });
        // A broker that is away must keep nothing from starting: what happens meanwhile waits in the outbox.
        services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = false);
    });
}
