using System.Net;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Serialization;
using ViSurf.Grains;
using ViSurf.Silo.Events;
using ViSurf.Storage;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;

namespace ViSurf.Silo;

/// <summary>Everything in one process: control, slots, storage in one folder, events in memory.</summary>
public static class EmbeddedSilo
{
    /// <summary>A running stage writes its checkpoint before the process stops.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Adds the silo and everything that its grains need.</summary>
    /// <exception cref="Sdk.Fault">A setting is wrong, another process holds the folder, or the database is damaged.</exception>
    public static IHostApplicationBuilder AddEmbeddedSilo(this IHostApplicationBuilder builder, SiloSettings settings)
    {
        settings.Checked();
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSqliteStorage(settings.StateFolder);
        services.AddGrainParts(new(settings.Node, settings.Slots));
        services.AddEvents();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.UseOrleans(silo =>
        {
            (int siloPort, int gatewayPort) = (FreePort(), FreePort());
            silo.UseLocalhostClustering(siloPort, gatewayPort);
            silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(
                type => type.Namespace == "ViSurf.Sdk", Sdk.SpecJson.Options));
        });
        // After the silo: hosted parts stop in reverse order, and a drain needs grains that answer.
        services.AddHostedService<SlotHeartbeat>();
        services.AddHostedService<OutboxRelay>();
        return builder;
    }

    private static void AddGrainParts(this IServiceCollection services, SlotSettings slots)
    {
        services.AddSingleton(slots);
        services.AddSingleton(_ => new Atlas(Assets.Objects));
        services.AddSingleton<DeviceHost>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<SweepPlanner>();
        services.AddSingleton<IStagePlanner, StagePlanner>();
        services.AddSingleton<ITrainer, TorchTrainer>();
    }

    private static void AddEvents(this IServiceCollection services) => services.AddMassTransit(bus =>
    {
        bus.AddConsumer<ScoreProjection>(consumer => consumer.ConcurrentMessageLimit = Environment.ProcessorCount);
        bus.UsingInMemory((context, memory) => memory.ConfigureEndpoints(context));
    });

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
