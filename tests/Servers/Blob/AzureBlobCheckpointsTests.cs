using Azure.Storage.Blobs;
using ViSurf.Grains;
using ViSurf.Tests.Cluster.Storage;

namespace ViSurf.Tests.Servers.Blob;

/// <summary>Checkpoints in a blob service keep what every store promises.</summary>
public sealed class AzureBlobCheckpointsTests : CheckpointStoreContract, IDisposable
{
    private readonly Azurite azurite = new();

    public AzureBlobCheckpointsTests() => Store = azurite.Open();

    protected override ICheckpointStore Store { get; }

    public void Dispose() => azurite.Dispose();

    protected override void Damage(string blob) => Change(blob, bytes => bytes[bytes.Length / 2] ^= 1, keep: 0);

    protected override void Cut(string blob) => Change(blob, _ => { }, keep: -7);

    // The copies that were fetched as well: a whole one is as good as the blob.
    private void Change(string blob, Action<byte[]> change, int keep)
    {
        BlobClient client = azurite.Container.GetBlobClient(blob);
        byte[] bytes = client.DownloadContent().Value.Content.ToArray();
        change(bytes);
        bytes = bytes[..^-keep];
        client.Upload(new BinaryData(bytes), overwrite: true);
        foreach (string cached in azurite.Cached)
        {
            File.WriteAllBytes(cached, bytes);
        }
    }
}
