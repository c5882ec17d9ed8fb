using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Adds up blobs of a kind.</summary>
internal sealed class BlobSum
{
    private readonly List<string> names = [];
    private int count;
    private long bytes;

    public BlobTally Tally => new(count, bytes);

    /// <summary>The first names that were given.</summary>
    public IReadOnlyList<string> Names => names;

    public void Add(long length, string? name = null)
    {
        count++;
        bytes += length;
        if (name is not null && names.Count < StorageAuditView.NamesMost)
        {
            names.Add(name);
        }
    }

    public void Take(long length)
    {
        count--;
        bytes -= length;
    }
}
