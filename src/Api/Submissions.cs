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
        return plan with { StoredStages = (await reads.DoneAsync(keys, stop)).Count };
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

    private static string Json(SweepSpec spec) => JsonSerializer.Serialize(spec, SpecJson.Options);
}
