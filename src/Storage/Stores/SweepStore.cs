using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Sweeps as rows.</summary>
internal sealed class SweepStore(IDbContextFactory<ViSurfDb> contexts, GroupCommit writer) : ISweepStore
{
    public async ValueTask<Stored<SweepState>?> ReadAsync(string id, CancellationToken stop)
    {
        SweepEntity? found = await contexts.ReadAsync(db => db.Sweeps.SingleOrDefaultAsync(row => row.Id == id, stop));
        return found is null ? null : new(Columns.Read<SweepState>(found.State, id), found.Version);
    }

    public ValueTask<bool> WriteAsync(SweepState state, long expected, IReadOnlyList<EventRecord> events, CancellationToken stop) =>
        writer.WriteAsync(new PendingSweep(state, expected, events), stop);

    /// <remarks>Phases in which there is none are left out.</remarks>
    public async ValueTask<IReadOnlyDictionary<Phase, int>> CountAsync(string id, CancellationToken stop) =>
        await contexts.ReadAsync(db => db.Experiments.Where(row => row.Sweep == id).GroupBy(row => row.Phase)
            .Select(same => new { same.Key, Count = same.Count() }).ToDictionaryAsync(same => same.Key, same => same.Count, stop));

    public async ValueTask<IReadOnlyList<string>> OpenExperimentsAsync(string id, CancellationToken stop) =>
        await contexts.ReadAsync(db => Open(db, id).OrderBy(row => row.Index).Select(row => row.Id).ToListAsync(stop));

    public ValueTask<bool> HasOpenAsync(string id, CancellationToken stop) =>
        contexts.ReadAsync(db => Open(db, id).AnyAsync(stop));

    public async ValueTask<IReadOnlyList<string>> OpenAsync(CancellationToken stop) =>
        await contexts.ReadAsync(db => db.Sweeps.Where(row => row.Phase == SweepPhase.Running)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).Select(row => row.Id).ToListAsync(stop));

    private static IQueryable<ExperimentEntity> Open(ViSurfDb db, string sweep) => db.Experiments.Where(row => row.Sweep == sweep
        && (row.Phase == Phase.Queued || row.Phase == Phase.WaitingForStage || row.Phase == Phase.Running));
}
