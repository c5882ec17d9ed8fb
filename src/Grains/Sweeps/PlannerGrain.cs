using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Plans sweeps where the models are, for callers that have none.</summary>
[RequireRole(SiloLabels.Control), StatelessWorker]
public sealed class PlannerGrain(SweepPlanner planner) : Grain, IPlannerGrain
{
    public ValueTask<SweepPlan> PlanAsync(SweepSpec spec) => new(planner.Plan(spec));
}
