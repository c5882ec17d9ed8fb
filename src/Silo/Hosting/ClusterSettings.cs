using System.Net;
using Microsoft.Extensions.Configuration;
using ViSurf.Sdk;

namespace ViSurf.Silo;

/// <summary>What a process of a cluster needs to know: the section ViSurf of its configuration.</summary>
public sealed record ClusterSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "ViSurf";

    public Roles Roles { get; init; }

    /// <summary>Processes that name the same one find each other.</summary>
    public string Cluster { get; init; } = "visurf";

    /// <summary>The same after a restart, and no other process's: slots are named after it.</summary>
    public string Node { get; init; } = Environment.MachineName;

    /// <summary>A connection string. Null where one control process keeps everything in <see cref="StateFolder"/>.</summary>
    public string? Postgres { get; init; }

    /// <summary>amqp:// or amqps://; null keeps events in the process where they happen.</summary>
    public Uri? RabbitMq { get; init; }

    /// <summary>A connection string, or https://{account}.blob.core.windows.net.</summary>
    public string? Blob { get; init; }

    public string BlobContainer { get; init; } = "checkpoints";

    /// <summary>Checkpoints that were fetched lie under it, in a folder of the node's name.</summary>
    public string BlobCache { get; init; } = Path.Combine(Path.GetTempPath(), "visurf-checkpoints");

    public long BlobCacheBytes { get; init; } = 50L << 30;

    /// <summary>A checkpoint that nothing refers to stays at least so long after it was written.</summary>
    public int OrphanHours { get; init; } = 24;

    /// <summary>The address under which the others reach this process.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>For silos.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>For clients, on silos with the role control.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>Where the API listens, or else the questions for the process's health.</summary>
    public string Http { get; init; } = "http://127.0.0.1:5180";

    /// <summary>See <see cref="SiloSettings.Device"/>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>See <see cref="SiloSettings.Labels"/>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public int Slots { get; init; } = Environment.ProcessorCount;

    public bool Force { get; init; }

    /// <summary>Without Postgres: the folder of the one control process.</summary>
    public string? StateFolder { get; init; }

    /// <summary>Without Postgres: address and silo port of the one control process.</summary>
    public IPEndPoint? Primary { get; init; }

    /// <summary>Whether this process is a member of the cluster.</summary>
    public bool IsSilo => (Roles & (Roles.Control | Roles.Gpu)) != 0;

    /// <summary>Reads the section. Every value that is not allowed is named at once.</summary>
    /// <exception cref="Fault">SpecInvalid, a line for each setting.</exception>
    public static ClusterSettings Read(IConfiguration configuration)
    {
        SettingsReader reader = new(configuration.GetSection(Section));
        ClusterSettings usual = new();
        ClusterSettings read = new()
        {
            Roles = reader.Flags(nameof(Roles), usual.Roles),
            Cluster = reader.Name(nameof(Cluster), usual.Cluster),
            Node = reader.Name(nameof(Node), usual.Node),
            Postgres = reader.Text(nameof(Postgres)),
            RabbitMq = reader.Uri(nameof(RabbitMq), "amqp", "amqps"),
            Blob = reader.Text(nameof(Blob)),
            BlobContainer = reader.Name(nameof(BlobContainer), usual.BlobContainer),
            BlobCache = reader.Text(nameof(BlobCache)) ?? usual.BlobCache,
            BlobCacheBytes = reader.Number(nameof(BlobCacheBytes), usual.BlobCacheBytes, 0, long.MaxValue),
            OrphanHours = (int)reader.Number(nameof(OrphanHours), usual.OrphanHours, 0, 876_000),
            Address = reader.Address(nameof(Address), usual.Address),
            SiloPort = (int)reader.Number(nameof(SiloPort), usual.SiloPort, 1, IPEndPoint.MaxPort),
            GatewayPort = (int)reader.Number(nameof(GatewayPort), usual.GatewayPort, 1, IPEndPoint.MaxPort),
            Http = reader.Uri(nameof(Http), "http")?.ToString() ?? usual.Http,
            Device = reader.Text(nameof(Device)) ?? usual.Device,
            Labels = reader.Labels(nameof(Labels)),
            Slots = (int)reader.Number(nameof(Slots), usual.Slots, 1, 1024),
            Force = reader.Switch(nameof(Force)),
            StateFolder = reader.Text(nameof(StateFolder)),
            Primary = reader.EndPoint(nameof(Primary)),
        };
        reader.RefuseOthers();
        read.CheckTogether(reader);
        reader.ThrowIfWrong();
        return read;
    }

    /// <summary>The settings of the checkpoint store; null where none is given.</summary>
    public Storage.AzureCheckpointSettings? Checkpoints() => Blob is null ? null : new()
    {
        Connection = IsAccount(Blob) ? null : Blob,
        Account = IsAccount(Blob) ? new(Blob) : null,
        Container = BlobContainer,
        CacheFolder = Path.Combine(BlobCache, Node),
        CacheBytesMax = BlobCacheBytes,
    };

    private static bool IsAccount(string blob) => blob.StartsWith("https://", StringComparison.Ordinal);

    private void CheckTogether(SettingsReader reader)
    {
        bool isControl = Roles.HasFlag(Roles.Control);
        bool isGpu = Roles.HasFlag(Roles.Gpu);
        reader.Unless(!Roles.HasFlag(Roles.Migrate) || Roles == Roles.Migrate, nameof(Roles), "migrate", "migrate alone");
        reader.Unless(Postgres is not null || Roles != Roles.Migrate, nameof(Postgres), null, "a connection string, for the role migrate");
        reader.Unless(Blob is not null || !isGpu || (isControl && Postgres is null), nameof(Blob), null,
            "a connection string, or https://{account}.blob.core.windows.net, for the role gpu without control");
        reader.Unless(!isGpu || Force || Slots <= Environment.ProcessorCount, nameof(Slots), $"{Slots}",
            $"1 to {Environment.ProcessorCount}, the cores of this machine, or more with {Section}:{nameof(Force)}");
        reader.Unless(!IsSilo || SiloPort != GatewayPort, nameof(GatewayPort), $"{GatewayPort}", $"another port than {nameof(SiloPort)}");
        if (Roles == Roles.None && reader.Text(nameof(Roles)) is null or "none")
        {
            foreach (string name in new[] { nameof(Postgres), nameof(RabbitMq), nameof(Blob), nameof(Primary) })
            {
                reader.RefuseUnused(name, $"with {Section}:{nameof(Roles)}, of a cluster's process; without, nothing");
            }
        }

        if (Postgres is null && IsSilo)
        {
            reader.Unless(!isControl || StateFolder is not null, nameof(StateFolder), null,
                $"a folder, for the role control without {nameof(Postgres)}");
            reader.Unless(isControl || Primary is not null, nameof(Primary), null,
                $"address:port of the one control process, for the role gpu without {nameof(Postgres)}");
        }

        reader.Unless(Postgres is not null || Roles != Roles.Api, nameof(Postgres), null,
            "a connection string, for the role api without control");
    }
}
