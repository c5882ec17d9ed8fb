namespace ViSurf.Grains;

/// <summary>Reads the rows that the scheduler is rebuilt from.</summary>
public interface IQueueReader
{
    /// <summary>Every experiment that is queued or running.</summary>
    ValueTask<IReadOnlyList<QueueRow>> ReadAsync(CancellationToken stop = default);

    /// <summary>Experiments that wait for a stage which nobody trains any longer.</summary>
    ValueTask<IReadOnlyList<string>> ReadUnblockedAsync(CancellationToken stop = default);
}
