using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Grains;

/// <summary>Keeps a stage's progress under a lease: checkpoints in the store, the pointer to the last one in the experiment.</summary>
internal sealed class LeasedStage(Attempt attempt, IAttemptControl control, ICheckpointStore checkpoints) : IStageStore
{
    private Checkpoint? previous = attempt.Previous;

    /// <summary>The last checkpoint.</summary>
    public Checkpoint? Saved { get; private set; } = attempt.Last;

    public StoredCheckpoint? Restore()
    {
        checkpoints.DropOrphans(attempt.Stage.Key, attempt.Lease, [.. new[] { Saved, previous }.OfType<Checkpoint>()]);
        while (Saved is { } last)
        {
            try
            {
                return CheckpointFile.Read(checkpoints.Fetch(last));
            }
            catch (Fault fault) when (fault.Code is FaultCode.NotFound or FaultCode.FileDamaged)
            {
                Attempt next = control.Lose(last, fault.Message);
                (Saved, previous) = (next.Last, next.Previous);
            }
        }

        return null;
    }

    public void Stepped(StepRecord record) => control.Stepped(record, attempt.Stage.Steps);

    public void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser)
    {
        Checkpoint saved = control.Commit(
            manifest.Step, file => CheckpointFile.Write(file, manifest, weights, optimiser), StepRows.None);
        if (previous is not null)
        {
            checkpoints.Drop(previous); // nothing refers to it since the commit
        }

        (previous, Saved) = (Saved, saved);
    }

    public void Finish(Policy policy, StageResult result)
    {
        // The last checkpoint is the model.
    }
}
