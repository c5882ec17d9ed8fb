using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Grains;

/// <summary>Keeps a stage's progress under a lease: checkpoints in the store, the pointer to the last one in the experiment.</summary>
/// <remarks>Steps wait in memory for the checkpoint that makes them true: at most those between two checkpoints, twice.</remarks>
internal sealed class LeasedStage(Attempt attempt, IAttemptControl control, ICheckpointStore checkpoints) : IStageStore
{
    private readonly object gate = new();
    private readonly List<StepRow> waiting = [];
    private Checkpoint? previous = attempt.Previous;

    /// <summary>The last checkpoint.</summary>
    public Checkpoint? Saved { get; private set; } = attempt.Last;

    public StoredCheckpoint? Restore()
    {
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

    public void Stepped(StepRecord record)
    {
        lock (gate)
        {
            waiting.Add(new(record.Step, JsonSerializer.Serialize(record, SpecJson.Options)));
        }

        control.Stepped(record, attempt.Stage.Steps);
    }

    public void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser)
    {
        Checkpoint saved = control.Commit(
            manifest.Step, file => CheckpointFile.Write(file, manifest, weights, optimiser), TakeSteps(manifest.Step));
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

    private StepRows TakeSteps(int last)
    {
        lock (gate)
        {
            StepRow[] rows = [.. waiting.Where(row => row.Step <= last)];
            waiting.RemoveAll(row => row.Step <= last);
            return new(rows);
        }
    }
}
