using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Servers.Events;

/// <summary>A real outbox whose measurements cannot be read so many times first, as when a database is away.</summary>
internal sealed class FailingOutbox(IOutbox real, int failures) : IOutbox
{
    public const string Reason = "the database is away";

    private int left = failures;

    public ValueTask<IReadOnlyList<EventView>> ReadAfterAsync(long sequence, string? sweep, int max, CancellationToken stop) =>
        real.ReadAfterAsync(sequence, sweep, max, stop);

    public ValueTask<IReadOnlyList<EventView>> ReadOpenAsync(int max, CancellationToken stop) => real.ReadOpenAsync(max, stop);

    public ValueTask CloseAsync(IReadOnlyList<string> ids, CancellationToken stop) => real.CloseAsync(ids, stop);

    public ValueTask CloseWithScoresAsync(
        string eventId, string experimentId, long fence, IReadOnlyDictionary<string, double> scores, CancellationToken stop) =>
        real.CloseWithScoresAsync(eventId, experimentId, fence, scores, stop);

    public ValueTask<(long Fence, byte[] Measurements)?> ReadMeasurementsAsync(string experimentId, CancellationToken stop) =>
        Interlocked.Decrement(ref left) >= 0 ? throw new IOException(Reason) : real.ReadMeasurementsAsync(experimentId, stop);

    public Task WaitAsync(CancellationToken stop) => real.WaitAsync(stop);
}
