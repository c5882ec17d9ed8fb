using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>The queue, read from the rows of experiments.</summary>
internal sealed class QueueReader(IDbContextFactory<ViSurfDb> contexts) : IQueueReader
{
    public async ValueTask<IReadOnlyList<QueueRow>> ReadAsync(CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        return await db.Experiments.Where(row => row.Phase == Phase.Queued || row.Phase == Phase.Running)
            .OrderBy(row => row.QueuedAt).ThenBy(row => row.Index)
            .Select(row => new QueueRow(row.Id, row.Sweep, row.QueuedAt, row.Index, row.Phase, row.Fence, row.Slot))
            .ToListAsync(stop);
    }

    public async ValueTask<IReadOnlyList<string>> ReadUnblockedAsync(CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        return await db.Experiments
            .Where(row => row.Phase == Phase.WaitingForStage
                && !db.Stages.Any(stage => stage.Key == row.StageKey && stage.State == StageState.Claimed))
            .OrderBy(row => row.QueuedAt).ThenBy(row => row.Index).Select(row => row.Id).ToListAsync(stop);
    }
}
