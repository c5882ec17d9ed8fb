using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using ViSurf.Grains;
using ViSurf.Silo.Events;
using ViSurf.Storage;
using ViSurf.Training.Devices;

namespace ViSurf.Silo;

/// <summary>Everything in one process: control, slots, storage in one folder, events in memory.</summary>
public static class EmbeddedSilo
{
    /// <summary>Adds the silo and everything that its grains need.</summary>
    /// <exception cref="Sdk.Fault">A setting is wrong, another process holds the folder, or the database is damaged.</exception>
    public static IHostApplicationBuilder AddEmbeddedSilo(this IHostApplicationBuilder builder, SiloSettings settings)
    {
        settings.Checked();
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSqliteStorage(settings.StateFolder);
        services.AddAtlas();
        services.AddControlParts(StorageSettings.Usual);
        services.AddSlotParts(new(settings.Node, DeviceChoice.Slots(settings.Device, settings.Slots, "--device"))
        {
            Labels = settings.Labels,
        });
        services.AddEvents();
        services.AddShutdown();
        builder.UseOrleans(silo =>
        {
            (int siloPort, int gatewayPort) = (FreePort(), FreePort());
            silo.UseLocalhostClustering(siloPort, gatewayPort);
            silo.UsePlacement(settings.Node, SiloLabels.Control, SiloLabels.Gpu);
            silo.Services.SpeakAsSpecs();
        });
        services.AddHeartbeat();
        services.AddRelay();
        services.AddStorageClock();
        return builder;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
