using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;
using ViSurf.Grains;
using ViSurf.Silo.Events;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Trainer;

namespace ViSurf.Silo;

/// <summary>What silos are made of, whatever their roles.</summary>
internal static class SiloParts
{
    /// <summary>What grains of control need: the planning of sweeps, events and who relays them.</summary>
    public static void AddControlParts(this IServiceCollection services, StorageSettings storage)
    {
        services.AddSingleton(storage);
        services.AddSingleton<SweepPlanner>();
        services.AddSingleton<IStagePlanner, StagePlanner>();
    }

    /// <summary>What slots need: their threads, and who trains.</summary>
    public static void AddSlotParts(this IServiceCollection services, SlotSettings slots)
    {
        services.AddSingleton(slots);
        services.AddSingleton<DeviceHost>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<ITrainer, TorchTrainer>();
    }

    /// <summary>A running stage writes its checkpoint before the process stops.</summary>
    public static void AddShutdown(this IServiceCollection services) =>
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(2));

    public static void AddAtlas(this IServiceCollection services) => services.AddSingleton(_ => new Atlas(Assets.Objects));

    /// <summary>Tells the others what this silo is, and puts grains where they belong.</summary>
    public static void UsePlacement(this ISiloBuilder silo, string node, params string[] roles)
    {
        Dictionary<string, string> own = new() { [SiloLabels.Node] = node, [SiloLabels.Roles] = string.Join(',', roles) };
        silo.UseSiloMetadata(own);
        silo.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SiloLabels>(provider, own));
        silo.Services.AddPlacementFilter<RequireRole, RequireRoleFilter>(ServiceLifetime.Transient); // each class its own role
        silo.Services.AddPlacementDirector<PinnedToNode, PinnedToNodeDirector>();
    }

    /// <summary>What crosses a process is written as it is in files, rows and over HTTP.</summary>
    public static void SpeakAsSpecs(this IServiceCollection services) => services.AddSerializer(serializer =>
        serializer.AddJsonSerializer(type => type.Namespace == "ViSurf.Sdk" || type == typeof(StageResult), Sdk.SpecJson.Options));

    /// <summary>To be called after the silo was added: hosted parts stop in reverse order, and a drain needs grains that answer.</summary>
    public static void AddHeartbeat(this IServiceCollection services) => services.AddHostedService<SlotHeartbeat>();

    /// <summary>To be called after the silo was added.</summary>
    public static void AddRelay(this IServiceCollection services) => services.AddHostedService<OutboxRelay>();

    /// <summary>To be called after the silo was added.</summary>
    public static void AddStorageClock(this IServiceCollection services) => services.AddHostedService<StorageClock>();
}
