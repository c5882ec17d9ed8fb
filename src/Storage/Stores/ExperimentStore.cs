using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Experiments and the stages that they share, as rows.</summary>
internal sealed class ExperimentStore(IDbContextFactory<ViSurfDb> contexts, GroupCommit writer) : IExperimentStore
{
    // Compiled once for each storage: every experiment asks both.
    private readonly Func<ViSurfDb, string, CancellationToken, Task<StoredState?>> readState = EF.CompileAsyncQuery(
        (ViSurfDb db, string id, CancellationToken stop) =>
            db.Experiments.Where(row => row.Id == id).Select(row => new StoredState(row.State, row.Version)).SingleOrDefault());

    private readonly Func<ViSurfDb, string, CancellationToken, Task<StageEntity?>> readStage = EF.CompileAsyncQuery(
        (ViSurfDb db, string key, CancellationToken stop) => db.Stages.SingleOrDefault(row => row.Key == key));

    public async ValueTask<Stored<ExperimentState>?> ReadAsync(string id, CancellationToken stop)
    {
        StoredState? found = await contexts.ReadAsync(db => readState(db, id, stop));
        return found is null ? null : new(Columns.Read<ExperimentState>(found.Json, id), found.Version);
    }

    public async ValueTask<StageRow?> ReadStageAsync(string key, CancellationToken stop)
    {
        StageEntity? stage = await contexts.ReadAsync(db => readStage(db, key, stop));
        return stage is null ? null : Views.Row(stage);
    }

    public ValueTask<WriteOutcome> WriteAsync(ExperimentWrite write, CancellationToken stop) =>
        writer.WriteAsync(new PendingExperiment(write), stop);

    public async ValueTask<WriteOutcome> WriteStepsAsync(
        string id, long fence, string stageKey, StepRows steps, CancellationToken stop) =>
        steps.Rows.Count == 0 ? WriteOutcome.Written : await writer.WriteAsync(new PendingSteps(id, fence, stageKey, steps), stop);

    public async ValueTask<IReadOnlyList<string>> WaitingForAsync(string stageKey, CancellationToken stop) =>
        await contexts.ReadAsync(db => db.Experiments.Where(row => row.StageKey == stageKey && row.Phase == Phase.WaitingForStage)
            .OrderBy(row => row.QueuedAt).ThenBy(row => row.Index).Select(row => row.Id).ToListAsync(stop));

    private sealed record StoredState(string Json, long Version);
}
