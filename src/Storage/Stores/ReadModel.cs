using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>The questions of people, answered from rows.</summary>
/// <remarks>A list that begins after an item which is not there is refused with <see cref="FaultCode.NotFound"/>.</remarks>
internal sealed class ReadModel(IDbContextFactory<ViSurfDb> contexts) : IReadModel
{
    public async ValueTask<IReadOnlyList<SweepView>> SweepsAsync(string? after, int max, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        IQueryable<SweepEntity> sweeps = db.Sweeps;
        if (after is not null)
        {
            long at = await db.Sweeps.Where(row => row.Id == after).Select(row => (long?)row.CreatedAt).SingleOrDefaultAsync(stop)
                ?? throw Unknown("sweep", after);
            sweeps = sweeps.Where(row => row.CreatedAt <= at && (row.CreatedAt < at || row.Id.CompareTo(after) < 0));
        }

        List<SweepEntity> found = await sweeps.OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Id).Take(max)
            .ToListAsync(stop);
        ILookup<string, (Phase Phase, int Count)> counts = await CountsAsync(db, [.. found.Select(row => row.Id)], stop);
        return [.. found.Select(row => Views.Of(row, counts[row.Id].ToDictionary(same => same.Phase, same => same.Count)))];
    }

    public async ValueTask<(SweepView View, SweepSpec Spec)?> SweepAsync(string id, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        SweepEntity? found = await db.Sweeps.SingleOrDefaultAsync(row => row.Id == id, stop);
        if (found is null)
        {
            return null;
        }

        ILookup<string, (Phase Phase, int Count)> counts = await CountsAsync(db, [id], stop);
        SweepState state = Columns.Read<SweepState>(found.State, id);
        SweepView view = Views.Of(found, counts[id].ToDictionary(same => same.Phase, same => same.Count));
        return (view with { Preregistration = state.Preregistration }, state.Spec);
    }

    public async ValueTask<StoredSearch?> SearchAsync(string sweep, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        string? state = await db.Sweeps.Where(row => row.Id == sweep).Select(row => row.State).SingleOrDefaultAsync(stop);
        return state is not null && Columns.Read<SweepState>(state, sweep) is { Trials: { } trials } read
            ? new(read.Spec, trials, read.Phase == SweepPhase.Cancelled ? read.CancelReason : null)
            : null;
    }

    public async ValueTask<IReadOnlyList<ExperimentView>> ExperimentsAsync(
        string? sweep, Phase? phase, string? after, int max, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        IQueryable<ExperimentEntity> experiments = db.Experiments;
        experiments = sweep is null ? experiments : experiments.Where(row => row.Sweep == sweep);
        experiments = phase is null ? experiments : experiments.Where(row => row.Phase == phase);
        if (after is not null)
        {
            var last = await db.Experiments.Where(row => row.Id == after).Select(row => new { row.Sweep, row.Index })
                .SingleOrDefaultAsync(stop) ?? throw Unknown("experiment", after);
            experiments = experiments.Where(row => row.Sweep.CompareTo(last.Sweep) >= 0
                && (row.Sweep != last.Sweep || row.Index > last.Index
                    || (row.Index == last.Index && row.Id.CompareTo(after) > 0)));
        }

        return [.. (await experiments.OrderBy(row => row.Sweep).ThenBy(row => row.Index).ThenBy(row => row.Id).Take(max)
            .ToListAsync(stop)).Select(Views.Of)];
    }

    public async ValueTask<ExperimentView?> ExperimentAsync(string id, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        return await db.Experiments.SingleOrDefaultAsync(row => row.Id == id, stop) is { } found ? Views.Of(found) : null;
    }

    public async ValueTask<IReadOnlyList<StageView>> StagesAsync(string? sweep, string? after, int max, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        IQueryable<StageEntity> stages = db.Stages;
        if (sweep is not null)
        {
            string[] keys = await KeysOfAsync(db, sweep, stop);
            stages = stages.Where(row => EF.Parameter(keys).Contains(row.Key));
        }

        stages = after is null ? stages : stages.Where(row => row.Key.CompareTo(after) > 0);
        return [.. (await stages.OrderBy(row => row.Key).Take(max).ToListAsync(stop)).Select(Views.Of)];
    }

    public async ValueTask<StageView?> StageAsync(string key, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        return await db.Stages.SingleOrDefaultAsync(row => row.Key == key, stop) is { } found ? Views.Of(found) : null;
    }

    public async ValueTask<IReadOnlyList<string>> DoneAsync(IReadOnlyList<string> stageKeys, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        string[] keys = [.. stageKeys.Distinct()];
        return await db.Stages.Where(row => row.State == StageState.Done && EF.Parameter(keys).Contains(row.Key))
            .OrderBy(row => row.Key).Select(row => row.Key).ToListAsync(stop);
    }

    public async ValueTask<IReadOnlyList<StepRow>> StepsAsync(string stageKey, int afterStep, int max, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        return await db.Steps.Where(row => row.StageKey == stageKey && row.Step > afterStep).OrderBy(row => row.Step).Take(max)
            .Select(row => new StepRow(row.Step, row.Json)).ToListAsync(stop);
    }

    public async ValueTask<IReadOnlyList<ResultView>> ResultsAsync(string sweep, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        var found = await (
            from row in db.Results
            join experiment in db.Experiments on row.ExperimentId equals experiment.Id
            where row.Sweep == sweep
            orderby experiment.Index, row.ExperimentId
            select row).ToListAsync(stop);
        return [.. found.Select(Views.Of)];
    }

    public async ValueTask<StoredResult?> ResultAsync(string experimentId, CancellationToken stop)
    {
        await using ViSurfDb db = contexts.CreateDbContext();
        var found = await (
            from row in db.Results
            join experiment in db.Experiments on row.ExperimentId equals experiment.Id
            join evaluation in db.Evaluations on row.EvaluationKey equals evaluation.StageKey
            where row.ExperimentId == experimentId
            select new { experiment.State, evaluation.Measurements }).SingleOrDefaultAsync(stop);
        if (found is null)
        {
            return null;
        }

        ExperimentState state = Columns.Read<ExperimentState>(found.State, experimentId);
        return new(state.Order.Spec, [.. state.Finished.Select(stage => stage.Result!).Where(result => result is not null)],
            found.Measurements);
    }

    private static async Task<string[]> KeysOfAsync(ViSurfDb db, string sweep, CancellationToken stop)
    {
        string? state = await db.Sweeps.Where(row => row.Id == sweep).Select(row => row.State).SingleOrDefaultAsync(stop);
        return state is null ? [] : [.. Columns.Read<SweepState>(state, sweep).Orders.SelectMany(order => order.Stages)
            .Select(stage => stage.Key).Distinct()];
    }

    private static async Task<ILookup<string, (Phase Phase, int Count)>> CountsAsync(ViSurfDb db, string[] sweeps, CancellationToken stop)
    {
        var counts = await db.Experiments.Where(row => EF.Parameter(sweeps).Contains(row.Sweep))
            .GroupBy(row => new { row.Sweep, row.Phase })
            .Select(same => new { same.Key.Sweep, same.Key.Phase, Count = same.Count() }).ToListAsync(stop);
        return counts.ToLookup(same => same.Sweep, same => (same.Phase, same.Count));
    }

    private static Fault Unknown(string what, string id) =>
        new(FaultCode.NotFound, "after", $"names the {what} '{id}', which is not there");
}
