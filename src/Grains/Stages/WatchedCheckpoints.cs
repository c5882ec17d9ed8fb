using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>A checkpoint store whose outages are told apart from all else that is not available.</summary>
internal sealed class WatchedCheckpoints(ICheckpointStore store) : ICheckpointStore
{
    /// <exception cref="StoreAwayException">The store is away.</exception>
    public Checkpoint Save(string stageKey, Lease lease, int step, Action<Stream> write) =>
        Watch(() => store.Save(stageKey, lease, step, write));

    /// <exception cref="StoreAwayException">The store is away.</exception>
    public string Fetch(Checkpoint checkpoint) => Watch(() => store.Fetch(checkpoint));

    /// <exception cref="StoreAwayException">The store is away.</exception>
    public void Drop(Checkpoint checkpoint) => Watch(() =>
    {
        store.Drop(checkpoint);
        return true;
    });

    /// <exception cref="StoreAwayException">The store is away.</exception>
    public void DropOrphans(string stageKey, Lease lease, IReadOnlyCollection<Checkpoint> kept) => Watch(() =>
    {
        store.DropOrphans(stageKey, lease, kept);
        return true;
    });

    /// <exception cref="StoreAwayException">The store is away.</exception>
    public BlobPage List(string? cursor, int max) => Watch(() => store.List(cursor, max));

    /// <exception cref="StoreAwayException">The store is away.</exception>
    public bool Exists(string blob) => Watch(() => store.Exists(blob));

    /// <exception cref="StoreAwayException">The store is away.</exception>
    public bool Drop(string blob) => Watch(() => store.Drop(blob));

    private static T Watch<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Fault fault) when (fault.Code == FaultCode.Unavailable)
        {
            throw new StoreAwayException(fault);
        }
    }
}
