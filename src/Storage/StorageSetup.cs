using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>Adds the real sides of the ports to a host.</summary>
public static class StorageSetup
{
    /// <summary>Keeps everything in one folder of this machine. It is opened when the first port is asked for.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string folder)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SqliteStorage.Open(folder, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDbContextFactory<ViSurfDb>>(provider => provider.GetRequiredService<SqliteStorage>().Contexts);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Experiments);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Sweeps);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Queue);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Outbox);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Rows);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Index);
        services.AddSingleton(provider => provider.GetRequiredService<SqliteStorage>().Checkpoints);
        return services;
    }

    /// <summary>Keeps checkpoints in Azure Blob Storage, in place of where they were kept before.</summary>
    /// <exception cref="Sdk.Fault">SpecInvalid, naming the setting.</exception>
    public static IServiceCollection AddAzureCheckpoints(this IServiceCollection services, AzureCheckpointSettings settings)
    {
        settings.Checked();
        services.TryAddSingleton(TimeProvider.System);
        return services.Replace(ServiceDescriptor.Singleton<ICheckpointStore>(
            provider => new AzureBlobCheckpoints(settings, provider.GetRequiredService<TimeProvider>())));
    }

    /// <summary>Keeps everything but checkpoints in a PostgreSQL database, which must be of this version. It is asked when the first
    /// port is asked for.</summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => PostgresStorage.Open(connectionString, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDbContextFactory<ViSurfDb>>(provider => new Lent(provider.GetRequiredService<PostgresStorage>().Contexts));
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Experiments);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Sweeps);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Queue);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Outbox);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Rows);
        services.AddSingleton(provider => provider.GetRequiredService<PostgresStorage>().Index);
        return services;
    }

    // A host disposes what it hands out; these end with their storage, after its last write.
    private sealed class Lent(IDbContextFactory<ViSurfDb> contexts) : IDbContextFactory<ViSurfDb>
    {
        public ViSurfDb CreateDbContext() => contexts.CreateDbContext();
    }
}
