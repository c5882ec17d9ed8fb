using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Checkpoints as block blobs of a container, and a bounded folder of those that were fetched.</summary>
/// <remarks>
/// Thread-safe. A save holds <see cref="AzureCheckpointSettings.BlocksAtOnce"/> blocks in memory (4 of 8 MiB where nothing else is
/// said), a fetch none; both block the calling thread. A blob appears whole, by one commit that refuses a name in use, and never
/// changes. Requests that fail in passing are sent again with doubling waits; what fails then, or is refused, is a Fault, and
/// whatever was stored before stays.
/// </remarks>
public sealed class AzureBlobCheckpoints : ICheckpointStore
{
    private const int CopyBytes = 1 << 17;
    private readonly AzureCheckpointSettings settings;
    private readonly BlobContainerClient container;
    private readonly CheckpointCache cache;
    private volatile bool isThere;

    /// <exception cref="Fault">SpecInvalid, naming the setting.</exception>
    public AzureBlobCheckpoints(AzureCheckpointSettings settings, TimeProvider clock)
    {
        this.settings = settings.Checked();
        container = Container(settings);
        cache = new(settings.CacheFolder, settings.CacheBytesMax, clock);
    }

    public Checkpoint Save(string stageKey, Lease lease, int step, Action<Stream> write)
    {
        string name = CheckpointName.Of(stageKey, lease, step);
        string subject = SubjectOf(name);
        MakeContainer();
        using BlockUpload upload = new(container.GetBlockBlobClient(name), subject, settings.BlockBytes, settings.BlocksAtOnce);
        using HashingStream hashing = new(upload);
        write(hashing);
        string sha256 = hashing.Sha256();
        upload.Commit(sha256);
        return new(name, step, hashing.Length, sha256);
    }

    public string Fetch(Checkpoint checkpoint)
    {
        string name = CheckpointName.Checked(checkpoint.Blob);
        string subject = SubjectOf(name);
        return cache.Fetch(checkpoint, subject, file =>
        {
            using BlobDownloadStreamingResult answer =
                BlobFaults.Of(subject, () => container.GetBlobClient(name).DownloadStreaming().Value);
            Fault.Unless(answer.Details.ContentLength == checkpoint.Length, FaultCode.FileDamaged, subject,
                $"has {answer.Details.ContentLength} bytes; {checkpoint.Length} were written");
            byte[] part = new byte[CopyBytes];
            for (int read; (read = BlobFaults.Of(subject, () => answer.Content.Read(part))) > 0;)
            {
                file.Write(part, 0, read); // what fails here is the disk, not the store
            }
        });
    }

    public void Drop(Checkpoint checkpoint)
    {
        string name = CheckpointName.Checked(checkpoint.Blob);
        Delete(name);
        cache.Drop(checkpoint);
    }

    public void DropOrphans(string stageKey, Lease lease, IReadOnlyCollection<Checkpoint> kept)
    {
        string folder = $"{CheckpointName.Checked(CheckpointName.FolderOf(stageKey, lease))}/";
        HashSet<string> referred = [.. kept.Select(checkpoint => checkpoint.Blob)];
        MakeContainer();
        foreach (string name in BlobFaults.Of(SubjectOf(folder), () => Names(folder)))
        {
            if (!referred.Contains(name) && CheckpointName.FenceOf(name[folder.Length..]) < lease.Fence)
            {
                Delete(name);
            }
        }
    }

    public BlobPage List(string? cursor, int max)
    {
        MakeContainer();
        return BlobFaults.Of(settings.Container, () =>
        {
            Azure.Page<BlobItem> page = container.GetBlobs(new() { Prefix = CheckpointName.Root }).AsPages(cursor, max).First();
            return new BlobPage(
                [.. page.Values.Where(item => BlobName.Read(item.Name) is not null).Select(item => new StoredBlob(
                    item.Name, item.Properties.ContentLength ?? 0, item.Properties.LastModified ?? DateTimeOffset.MaxValue))],
                string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        });
    }

    public bool Exists(string blob)
    {
        string name = CheckpointName.Checked(blob);
        return BlobFaults.Of(SubjectOf(name), () => container.GetBlobClient(name).Exists().Value);
    }

    public bool Drop(string blob) => Delete(CheckpointName.Checked(blob));

    private static BlobContainerClient Container(AzureCheckpointSettings settings)
    {
        BlobClientOptions options = new();
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = settings.TriesMax - 1;
        (options.Retry.Delay, options.Retry.MaxDelay) = (settings.FirstWait, settings.LongestWait);
        options.Retry.NetworkTimeout = settings.AnswerWithin;
        options.Transport = settings.Transport ?? options.Transport;
        if (settings.Account is { } account)
        {
            TokenCredential identity = new ChainedTokenCredential(new WorkloadIdentityCredential(),
                new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned));
            return new BlobServiceClient(account, identity, options).GetBlobContainerClient(settings.Container);
        }

        try
        {
            return new(settings.Connection, settings.Container, options);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new Fault(FaultCode.SpecInvalid, "blob", // without its text: it holds a key
                "is no connection string; allowed: DefaultEndpointsProtocol=...;AccountName=...;AccountKey=...", e);
        }
    }

    // An identity may have the right to a container and none to make one: it is asked for first, once.
    private void MakeContainer() => isThere = isThere || BlobFaults.Of(settings.Container, () =>
    {
        if (!container.Exists().Value)
        {
            container.CreateIfNotExists();
        }

        return true;
    });

    private List<string> Names(string folder) =>
        [.. container.GetBlobs(new() { Prefix = $"{folder}f" }).Select(item => item.Name)];

    private bool Delete(string name) => BlobFaults.Of(SubjectOf(name), () =>
        container.GetBlobClient(name).DeleteIfExists(DeleteSnapshotsOption.IncludeSnapshots).Value);

    private string SubjectOf(string name) => $"{settings.Container}/{name}";
}
