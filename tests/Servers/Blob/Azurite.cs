using Azure.Storage.Blobs;
using ViSurf.Storage;
using ViSurf.Tests.Cluster;

namespace ViSurf.Tests.Servers.Blob;

/// <summary>A container of its own in a blob service that runs, and a folder for what is fetched.</summary>
internal sealed class Azurite : IDisposable
{
    private static readonly Lazy<string> Connection = new(() => Backing.Up("azurite", "VISURF_BLOB"));
    private readonly TemporaryFolder folder = new();

    public Azurite()
    {
        Settings = new() { Connection = Connection.Value, Container = $"t{Guid.NewGuid():N}", CacheFolder = folder.Path };
        Container = new(Settings.Connection, Settings.Container);
        Container.Create();
    }

    public AzureCheckpointSettings Settings { get; }

    /// <summary>As somebody else sees it.</summary>
    public BlobContainerClient Container { get; }

    public IEnumerable<string> Cached => Directory.EnumerateFiles(folder.Path);

    public AzureBlobCheckpoints Open() => new(Settings, TimeProvider.System);

    /// <summary>A store that a wire with mishaps leads to; it tries often, and waits a millisecond.</summary>
    public AzureBlobCheckpoints Open(UnsteadyWire wire, int triesMax = 8) => new(Unsteady(wire, triesMax), TimeProvider.System);

    public AzureCheckpointSettings Unsteady(UnsteadyWire wire, int triesMax) => Settings with
    {
        Transport = wire,
        TriesMax = triesMax,
        FirstWait = TimeSpan.FromMilliseconds(1),
        LongestWait = TimeSpan.FromMilliseconds(1),
        AnswerWithin = wire.IsSilentAtTimes ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(60),
    };

    public void Dispose()
    {
        Container.DeleteIfExists();
        folder.Dispose();
    }
}
