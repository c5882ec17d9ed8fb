namespace ViSurf.Grains;

/// <summary>Reads the rows that the scheduler is rebuilt from.</summary>
public interface IQueueReader
{
    /// <summary>Every experiment that is queued or running, without its terms.</summary>
    ValueTask<IReadOnlyList<QueueRow>> ReadAsync(CancellationToken stop = default);

    /// <summary>What experiments ask of slots; one that is not there, or whose row cannot be read, is left out.</summary>
    ValueTask<IReadOnlyDictionary<string, QueueTerms>> TermsAsync(IReadOnlyList<string> ids, CancellationToken stop = default);

    /// <summary>Experiments that wait for a stage which nobody trains any longer.</summary>
    ValueTask<IReadOnlyList<string>> ReadUnblockedAsync(CancellationToken stop = default);
}
