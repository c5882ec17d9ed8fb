using Azure.Storage.Blobs;
using Npgsql;
using ViSurf.Storage;

namespace ViSurf.Chaos.Cluster;

/// <summary>A PostgreSQL, a RabbitMQ and an Azurite of a cluster's own, which may be stopped; and a lane to the blobs with mishaps.
/// </summary>
internal sealed class BackingServers : IAsyncDisposable
{
    private const string Container = "checkpoints";
    private readonly EngServices services;

    private BackingServers(EngServices services, string postgres, Uri broker, string blob)
    {
        (this.services, Postgres, Broker) = (services, postgres, broker);
        (Blobs, Lane) = (new(blob, Container), new(BlobLane.EndpointOf(blob)));
        BlobByLane = BlobLane.Through(blob, Lane.Address);
    }

    /// <summary>A connection string.</summary>
    public string Postgres { get; }

    public Uri Broker { get; }

    /// <summary>The checkpoints, as the store has them: past the lane.</summary>
    public BlobContainerClient Blobs { get; }

    /// <summary>What the cluster's processes go through on their way to the blobs.</summary>
    public BlobLane Lane { get; }

    /// <summary>A connection string.</summary>
    public string BlobByLane { get; }

    /// <param name="folder">Where the servers keep what they have.</param>
    public static async Task<BackingServers> StartAsync(string folder)
    {
        // The servers run as users of their own, who have to get there.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        EngServices services = new(folder,
            ("VISURF_POSTGRES_PORT", $"{Ports.Free()}"), ("VISURF_AZURITE_PORT", $"{Ports.Free()}"),
            ("VISURF_RABBITMQ_PORT", $"{Ports.Free()}"), ("VISURF_RABBITMQ_NODES_PORT", $"{Ports.FreePair()}"));
        string postgres = await services.UpAsync("postgres", "VISURF_POSTGRES");
        string broker = await services.UpAsync("rabbitmq", "VISURF_RABBITMQ");
        string blob = await services.UpAsync("azurite", "VISURF_BLOB");
        BackingServers backing = new(services, postgres, new(broker), blob);
        await backing.Lane.StartAsync();
        PostgresStorage.Migrate(postgres);
        return backing;
    }

    /// <summary>A connection of its own to the database: one of a pool may be of before an outage.</summary>
    public async Task<NpgsqlConnection> ConnectAsync(CancellationToken stop)
    {
        NpgsqlConnection connection = new($"{Postgres};Pooling=false");
        await connection.OpenAsync(stop);
        return connection;
    }

    public Task StopAsync(string server) => services.DownAsync(server);

    public Task StartAsync(string server, string variable) => services.UpAsync(server, variable);

    public async ValueTask DisposeAsync()
    {
        await Lane.DisposeAsync();
        foreach (string server in new[] { "azurite", "rabbitmq", "postgres" })
        {
            await services.DownAsync(server);
        }
    }
}
