using Microsoft.Extensions.DependencyInjection;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Silo;

/// <summary>What the processes of a cluster share: where rows are, and how silos find each other.</summary>
internal static class ClusterBacking
{
    /// <summary>Adds the stores.</summary>
    public static void AddStores(this IServiceCollection services, ClusterSettings settings)
    {
        if (settings.Postgres is { } database)
        {
            services.AddPostgresStorage(database);
        }
        else if (settings.StateFolder is { } folder && settings.Roles.HasFlag(Roles.Control))
        {
            services.AddSqliteStorage(folder);
        }

        if (settings.Checkpoints() is { } checkpoints)
        {
            services.AddAzureCheckpoints(checkpoints);
        }
    }

    /// <summary>How a silo finds the others.</summary>
    public static void UseMembership(this ISiloBuilder silo, ClusterSettings settings)
    {
        if (settings.Postgres is not null)
        {
            silo.UseEfMembership();
            return;
        }

        silo.UseDevelopmentClustering(settings.Primary ?? new(settings.Address, settings.SiloPort));
    }

    /// <summary>How a client finds silos.</summary>
    public static void UseMembership(this IClientBuilder client, ClusterSettings settings)
    {
        Fault.Unless(settings.Postgres is not null, FaultCode.SpecInvalid, PostgresSetting, "is missing: a client finds silos there");
        client.UseEfMembership();
    }

    /// <summary>Brings the database to this version.</summary>
    /// <exception cref="Fault">See <see cref="PostgresStorage.Migrate"/>.</exception>
    public static Task MigrateAsync(ClusterSettings settings) => Task.Run(() => PostgresStorage.Migrate(settings.Postgres!));

    private const string PostgresSetting = $"{ClusterSettings.Section}:{nameof(ClusterSettings.Postgres)}";
}
