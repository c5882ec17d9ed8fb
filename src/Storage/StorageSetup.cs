using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ViSurf.Storage;

/// <summary>Adds the real sides of the ports to a host.</summary>
public static class StorageSetup
{
    /// <summary>Keeps everything in one folder of this machine. It is opened when the first port is asked for.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string folder)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SqliteStorage.Open(folder, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Experiments);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Sweeps);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Queue);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Outbox);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Rows);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Checkpoints);
        return services;
    }
}
