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
}
