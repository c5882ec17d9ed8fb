using ViSurf.Training.Weights;

namespace ViSurf.Training.Checkpoints;

/// <summary>Writes checkpoints beside the training thread: that one only copies the tensors to memory.</summary>
/// <remarks>At most one checkpoint is being written; the next waits for it, so memory holds one copy at most.</remarks>
public sealed class CheckpointWriter(IStageStore store) : IDisposable
{
    private Task pending = Task.CompletedTask;

    /// <summary>Copies weights and optimiser state now, writes them later.</summary>
    /// <exception cref="IOException">The checkpoint before this one could not be written.</exception>
    public void Save(CheckpointManifest manifest, IEnumerable<KeyValuePair<string, Tensor>> weights,
        IEnumerable<KeyValuePair<string, Tensor>> optimiser)
    {
        Flush();
        TensorBytes[] weightBytes = TensorBytes.Of(weights);
        TensorBytes[] optimiserBytes = TensorBytes.Of(optimiser);
        // A thread of its own: a store may wait for minutes, and each pool thread that waits is missing where grains run.
        pending = Task.Factory.StartNew(() => store.Save(manifest, weightBytes, optimiserBytes),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits until nothing is being written.</summary>
    /// <exception cref="IOException">The checkpoint could not be written.</exception>
    public void Flush() => pending.GetAwaiter().GetResult();

    /// <summary>Waits for the write under way; what it says then is heard by <see cref="Flush"/> alone.</summary>
    public void Dispose() => Task.WhenAny(pending).GetAwaiter().GetResult();
}
