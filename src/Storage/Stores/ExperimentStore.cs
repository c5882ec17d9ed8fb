using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Experiments and the stages that they share, as rows.</summary>
internal sealed class ExperimentStore(IDbContextFactory<ViSurfDb> contexts, GroupCommit writer) : IExperimentStore
{
    public async ValueTask<Stored<ExperimentState>?> ReadAsync(string id, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        var found = await db.Experiments.Where(row => row.Id == id).Select(row => new { row.State, row.Version })
            .SingleOrDefaultAsync(stop);
        return found is null ? null : new(Columns.Read<ExperimentState>(found.State, id), found.Version);
    }

    public async ValueTask<StageRow?> ReadStageAsync(string key, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        StageEntity? stage = await db.Stages.SingleOrDefaultAsync(row => row.Key == key, stop);
        return stage is null ? null : Views.Row(stage);
    }

    public ValueTask<WriteOutcome> WriteAsync(ExperimentWrite write, CancellationToken stop) =>
        writer.WriteAsync(new PendingExperiment(write), stop);

    public async ValueTask<IReadOnlyList<string>> WaitingForAsync(string stageKey, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        return await db.Experiments.Where(row => row.StageKey == stageKey && row.Phase == Phase.WaitingForStage)
            .OrderBy(row => row.QueuedAt).ThenBy(row => row.Index).Select(row => row.Id).ToListAsync(stop);
    }
}
