using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Events as rows, in the order in which they were stored.</summary>
/// <param name="turn">Where several processes could relay them: who has it reads the open ones.</param>
internal sealed class Outbox(IDbContextFactory<ViSurfDb> contexts, GroupCommit writer, TimeProvider clock, RelayTurn? turn = null)
    : IOutbox
{
    /// <summary>The longest wait: what another process stored is found after it.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(1);

    public async ValueTask<IReadOnlyList<EventView>> ReadAfterAsync(long sequence, string? sweep, int max, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        IQueryable<EventEntity> after = db.Outbox.Where(row => row.Sequence > sequence);
        after = sweep is null ? after : after.Where(row => row.Sweep == sweep);
        return await ReadAsync(after, max, stop);
    }

    public async ValueTask<IReadOnlyList<EventView>> ReadOpenAsync(int max, CancellationToken stop)
    {
        if (turn is not null)
        {
            return await turn.ReadAsync(db => ReadOpenAsync(db, max, stop), stop) ?? [];
        }

        await using ViSurfDb db = contexts.CreateDbContext();
        return await ReadOpenAsync(db, max, stop);
    }

    public async ValueTask CloseAsync(IReadOnlyList<string> ids, CancellationToken stop) =>
        await writer.WriteAsync(new PendingClosing(ids, Columns.Milliseconds(clock.GetUtcNow())), stop);

    public async ValueTask CloseWithScoresAsync(
        string eventId, string experimentId, long fence, IReadOnlyDictionary<string, double> scores, CancellationToken stop)
    {
        NewScores stored = new(experimentId, fence, Columns.Json(scores));
        await writer.WriteAsync(new PendingClosing([eventId], Columns.Milliseconds(clock.GetUtcNow()), stored), stop);
    }

    public async ValueTask<(long Fence, byte[] Measurements)?> ReadMeasurementsAsync(string experimentId, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        var found = await (
            from row in db.Results
            join evaluation in db.Evaluations on row.EvaluationKey equals evaluation.StageKey
            where row.ExperimentId == experimentId
            select new { row.Fence, evaluation.Measurements }).SingleOrDefaultAsync(stop);
        return found is null ? null : (found.Fence, found.Measurements);
    }

    public async Task WaitAsync(CancellationToken stop)
    {
        await writer.NextEvents.WaitAsync(WaitMax, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
    }

    private static Task<List<EventView>> ReadOpenAsync(ViSurfDb db, int max, CancellationToken stop) =>
        ReadAsync(db.Outbox.Where(row => row.ClosedAt == null), max, stop);

    private static async Task<List<EventView>> ReadAsync(IQueryable<EventEntity> events, int max, CancellationToken stop) =>
        [.. (await events.OrderBy(row => row.Sequence).Take(max).ToListAsync(stop)).Select(Views.Of)];
}
