using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Checkpoints;

/// <summary>Keeps a stage's progress: where it is kept, a run does not know.</summary>
public interface IStageStore
{
    /// <summary>The checkpoint to go on from; null begins at step 0. Called once, before anything else.</summary>
    StoredCheckpoint? Restore();

    /// <summary>A step is done. Called on the training thread.</summary>
    void Stepped(StepRecord record);

    /// <summary>Keeps a checkpoint and the steps up to it. Called beside the training thread, one at a time, in order.</summary>
    void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser);

    /// <summary>The stage is done, and its last checkpoint kept.</summary>
    void Finish(Policy policy, StageResult result);
}

/// <summary>A checkpoint whose bytes are what they should be.</summary>
/// <param name="Weights">A weight by its name.</param>
/// <param name="Optimiser">A tensor of the optimiser's state by its name.</param>
public sealed record StoredCheckpoint(CheckpointManifest Manifest, Func<string, Tensor> Weights, Func<string, Tensor> Optimiser);
