using System.Text.Json;
using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api;

/// <summary>Hands specs over to the grains.</summary>
internal sealed class Submissions(IGrainFactory grains, IReadModel reads, TimeProvider clock)
{
    /// <summary>Submits under an id, or extends what is there.</summary>
    public async Task<SubmitView> SubmitAsync(string id, SweepSpec spec, CancellationToken stop)
    {
        SubmitOutcome outcome = await grains.GetGrain<ISweepGrain>(id).SubmitAsync(spec);
        return new(outcome, (await Find.SweepAsync(reads, id, stop)).View);
    }

    /// <summary>Submits under a new id, or the one that belongs to an idempotency key.</summary>
    public async Task<SubmitView> CreateAsync(string? idempotencyKey, SweepSpec spec, CancellationToken stop)
    {
        if (idempotencyKey is null)
        {
            return await SubmitAsync(SweepIds.New(clock.GetUtcNow()), spec, stop);
        }

        string id = SweepIds.Of(idempotencyKey);
        if (await reads.SweepAsync(id, stop) is { } stored)
        {
            Fault.Unless(Json(stored.Spec) == Json(spec), FaultCode.Conflict, "Idempotency-Key", "was used with another spec");
        }

        return await SubmitAsync(id, spec, stop);
    }

    /// <summary>What a spec would run, and how much of it is stored already.</summary>
    public async Task<SweepPlan> PlanAsync(SweepSpec spec, CancellationToken stop)
    {
        SweepPlan plan = await grains.GetGrain<IPlannerGrain>(0).PlanAsync(spec);
        string[] keys = [.. plan.Cells.SelectMany(cell => cell.Stages).Select(stage => stage.Key).Distinct()];
        IReadOnlyList<string> stored = await reads.DoneAsync(keys, stop);
        return plan with { StoredStages = stored.Count, StoredKeys = stored };
    }

    public async Task<SweepView> CancelSweepAsync(string id, string reason, CancellationToken stop)
    {
        await Find.SweepAsync(reads, id, stop);
        await grains.GetGrain<ISweepGrain>(id).CancelAsync(reason);
        return (await Find.SweepAsync(reads, id, stop)).View;
    }

    public async Task<ExperimentView> CancelExperimentAsync(string id, string reason, CancellationToken stop)
    {
        await Find.ExperimentAsync(reads, id, stop);
        await grains.GetGrain<IExperimentGrain>(id).CancelAsync(reason);
        return await Find.ExperimentAsync(reads, id, stop);
    }

    public async Task<SweepView> RetrySweepAsync(string id, RetryRequest request, CancellationToken stop)
    {
        await Find.SweepAsync(reads, id, stop);
        await grains.GetGrain<ISweepGrain>(id).RetryAsync(request);
        return (await Find.SweepAsync(reads, id, stop)).View;
    }

    /// <summary>An experiment as it stands, with what it waits for.</summary>
    public async Task<ExperimentView> ShowExperimentAsync(string id, CancellationToken stop)
    {
        ExperimentView view = await Find.ExperimentAsync(reads, id, stop);
        return view.Phase switch
        {
            Phase.Queued => view with { Waits = await WhyAsync(id) },
            Phase.WaitingForStage => view with { Waits = [await WaitForStageAsync(view.Stages[view.StageIndex], stop)] },
            _ => view,
        };
    }

    // The row says what is so; the scheduler, which may be away for a moment, only why.
    private async Task<IReadOnlyList<string>> WhyAsync(string id)
    {
        try
        {
            return await grains.GetGrain<ISchedulerGrain>(Pools.Default).WhyAsync(id);
        }
        catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException or Fault { Code: FaultCode.Unavailable })
        {
            return [$"the scheduler does not answer, which could say why it waits: {e.Message}"];
        }
    }

    private async Task<string> WaitForStageAsync(StagePlan stage, CancellationToken stop) =>
        await reads.StageAsync(stage.Key, stop) is { State: StageState.Claimed } row
            ? $"waits for stage {stage.Name} of experiment {row.Owner}, at step {row.Step} of {row.Steps}"
            : $"stage {stage.Name} is free, and is about to be looked at";

    private static string Json(SweepSpec spec) => JsonSerializer.Serialize(spec, SpecJson.Options);
}
