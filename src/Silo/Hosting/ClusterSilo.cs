using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using ViSurf.Grains;
using ViSurf.Silo.Events;
using ViSurf.Training.Devices;

namespace ViSurf.Silo;

/// <summary>A process of a cluster: what its roles need, and nothing else.</summary>
public static class ClusterSilo
{
    /// <summary>How long a silo may be silent before another probes it again, and how often before it counts as suspect.</summary>
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private const int ProbesMissed = 3;

    /// <summary>Adds a silo with the parts of its roles, or a client of the cluster.</summary>
    /// <exception cref="Sdk.Fault">A setting is wrong.</exception>
    public static IHostApplicationBuilder AddClusterParts(this IHostApplicationBuilder builder, ClusterSettings settings)
    {
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddAtlas();
        services.AddStores(settings);
        services.AddShutdown();
        if (!settings.IsSilo)
        {
            builder.UseOrleansClient(client => client.UseCluster(settings));
            return builder;
        }

        bool isControl = settings.Roles.HasFlag(Roles.Control);
        bool isGpu = settings.Roles.HasFlag(Roles.Gpu);
        if (isControl)
        {
            services.AddControlParts(new(TimeSpan.FromHours(settings.OrphanHours)));
            services.AddEvents(settings.RabbitMq);
        }

        if (isGpu)
        {
            services.AddSlotParts(new(settings.Node, DeviceChoice.Slots(settings.Device, settings.Slots, "ViSurf:Device"))
            {
                Labels = settings.Labels,
            });
        }

        builder.UseOrleans(silo => silo.UseCluster(settings, isControl, isGpu));
        if (isGpu)
        {
            services.AddHeartbeat();
        }

        if (isControl)
        {
            services.AddRelay();
            services.AddStorageClock();
        }

        return builder;
    }

    /// <summary>Brings the database to this version.</summary>
    public static Task MigrateAsync(ClusterSettings settings) => ClusterBacking.MigrateAsync(settings);

    private static void UseCluster(this ISiloBuilder silo, ClusterSettings settings, bool isControl, bool isGpu)
    {
        silo.UseMembership(settings);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Cluster, settings.Cluster));
        silo.Configure<SiloOptions>(options => options.SiloName = settings.Node);
        // Clients speak to control silos only: what they ask for is there.
        silo.ConfigureEndpoints(settings.Address, settings.SiloPort, isControl ? settings.GatewayPort : 0,
            listenOnAnyHostAddress: !IPAddress.IsLoopback(settings.Address));
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = ProbeTimeout;
            options.NumMissedProbesLimit = ProbesMissed;
        });
        silo.UsePlacement(settings.Node, [.. Names(isControl, isGpu)]);
        silo.Services.SpeakAsSpecs();
    }

    private static void UseCluster(this IClientBuilder client, ClusterSettings settings)
    {
        client.UseMembership(settings);
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.Cluster, settings.Cluster));
        client.Services.SpeakAsSpecs();
        client.Services.AddSingleton<IClientConnectionRetryFilter, PatientClient>();
    }

    private static IEnumerable<string> Names(bool isControl, bool isGpu)
    {
        if (isControl)
        {
            yield return SiloLabels.Control;
        }

        if (isGpu)
        {
            yield return SiloLabels.Gpu;
        }
    }
}
