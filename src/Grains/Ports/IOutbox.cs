using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>The stored events: read in order, marked when their effects are stored.</summary>
public interface IOutbox
{
    /// <summary>Events after a sequence number, of one sweep or of all.</summary>
    ValueTask<IReadOnlyList<EventView>> ReadAfterAsync(long sequence, string? sweep, int max, CancellationToken stop = default);

    /// <summary>Events whose effects are not stored yet, oldest first. Where several processes ask, one of them is told.</summary>
    ValueTask<IReadOnlyList<EventView>> ReadOpenAsync(int max, CancellationToken stop = default);

    /// <summary>Marks events whose effects are stored.</summary>
    ValueTask CloseAsync(IReadOnlyList<string> ids, CancellationToken stop = default);

    /// <summary>Stores an experiment's scores with its result, and marks the event, in one transaction.</summary>
    /// <remarks>Scores of an older fence than the result's change nothing.</remarks>
    ValueTask CloseWithScoresAsync(
        string eventId, string experimentId, long fence, IReadOnlyDictionary<string, double> scores, CancellationToken stop = default);

    /// <summary>The measurements that an experiment's result reports; null where it has no result.</summary>
    ValueTask<(long Fence, byte[] Measurements)?> ReadMeasurementsAsync(string experimentId, CancellationToken stop = default);

    /// <summary>Ends when something may have been stored since the call, and at the latest after a while.</summary>
    Task WaitAsync(CancellationToken stop);
}
