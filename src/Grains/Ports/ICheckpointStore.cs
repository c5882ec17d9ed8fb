using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Keeps checkpoints: each is written once under a name of its own, and verified when it is read.</summary>
public interface ICheckpointStore
{
    /// <summary>Stores what a writer writes, under s/{stage key}/{experiment}/f{fence}-s{step}.</summary>
    /// <returns>Once it is on disk, or acknowledged by the service.</returns>
    /// <exception cref="Fault">Conflict: there is a blob of that name. What was there stays.</exception>
    Checkpoint Save(string stageKey, Lease lease, int step, Action<Stream> write);

    /// <summary>A local file with a checkpoint's bytes.</summary>
    /// <exception cref="Fault">NotFound, or FileDamaged: length or hash is not the checkpoint's.</exception>
    string Fetch(Checkpoint checkpoint);

    /// <summary>Drops a checkpoint that nothing refers to any longer; one that is gone already is no error.</summary>
    void Drop(Checkpoint checkpoint);

    /// <summary>Drops what earlier attempts of an experiment at a stage saved and nobody committed: names with a fence below the
    /// lease's that are not among those kept.</summary>
    /// <remarks>Safe under that lease: no commit of an earlier fence is taken any more.</remarks>
    void DropOrphans(string stageKey, Lease lease, IReadOnlyCollection<Checkpoint> kept);

    /// <summary>Lists what was saved and is whole, stage by stage; files that have other names are left out.</summary>
    /// <param name="cursor">The <see cref="BlobPage.Next"/> of the part before; null for the first.</param>
    /// <param name="max">The most blobs in a part; one may have fewer, none even, and others follow.</param>
    BlobPage List(string? cursor, int max);

    /// <summary>Whether there is a blob of that name.</summary>
    bool Exists(string blob);

    /// <summary>Drops a blob by its name.</summary>
    /// <returns>Whether it was there.</returns>
    bool Drop(string blob);
}
