using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Which checkpoints rows refer to.</summary>
internal sealed class StageIndex(IDbContextFactory<ViSurfDb> contexts, GroupCommit writer) : IStageIndex
{
    public async ValueTask<IReadOnlyList<StageRow>> ReadAsync(IReadOnlyList<string> keys, CancellationToken stop)
    {
        string[] asked = [.. keys];
        return Rows(await contexts.ReadAsync(db => db.Stages.Where(row => EF.Parameter(asked).Contains(row.Key)).ToListAsync(stop)));
    }

    public async ValueTask<IReadOnlyList<StageRow>> PageAsync(string? after, int max, CancellationToken stop) =>
        Rows(await contexts.ReadAsync(db => db.Stages.Where(row => row.Last != null || row.Previous != null)
            .Where(row => after == null || row.Key.CompareTo(after) > 0).OrderBy(row => row.Key).Take(max).ToListAsync(stop)));

    public async ValueTask<IReadOnlyDictionary<string, long>> FencesAsync(IReadOnlyList<string> experiments, CancellationToken stop)
    {
        string[] asked = [.. experiments];
        return await contexts.ReadAsync(db => db.Experiments
            .Where(row => row.Phase == Phase.Running && EF.Parameter(asked).Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => row.Fence, stop));
    }

    public ValueTask<bool> ExpireAsync(StageRow row, CancellationToken stop) => writer.WriteAsync(new PendingExpiry(row), stop);

    private static StageRow[] Rows(List<StageEntity> stages) => [.. stages.Select(Views.Row)];
}
