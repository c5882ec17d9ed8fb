using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>A checkpoint store that is away when a test says so.</summary>
internal sealed class AbsentStore(ICheckpointStore store, Func<bool> isAway) : ICheckpointStore
{
    public Checkpoint Save(string stageKey, Lease lease, int step, Action<Stream> write) => Here().Save(stageKey, lease, step, write);

    public string Fetch(Checkpoint checkpoint) => Here().Fetch(checkpoint);

    public void Drop(Checkpoint checkpoint) => Here().Drop(checkpoint);

    public void DropOrphans(string stageKey, Lease lease, IReadOnlyCollection<Checkpoint> kept) =>
        Here().DropOrphans(stageKey, lease, kept);

    public BlobPage List(string? cursor, int max) => Here().List(cursor, max);

    public bool Exists(string blob) => Here().Exists(blob);

    public bool Drop(string blob) => Here().Drop(blob);

    private ICheckpointStore Here() => isAway() ? throw new Fault(FaultCode.Unavailable, "the store", "no answer in time") : store;
}
