using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Grains;

/// <summary>Expands a sweep into experiments and their stages. The same spec gives the same ids.</summary>
public sealed class SweepPlanner(IStagePlanner stages)
{
    /// <summary>The experiments: rows times seeds, then the base model's own.</summary>
    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming the field or file.</exception>
    public IReadOnlyList<ExperimentOrder> Expand(string sweep, SweepSpec spec) => [.. Sweep.Expand(spec)
        .Select((cell, index) => new ExperimentOrder(sweep, cell.Row, index, cell.Spec, stages.Plan(cell.Spec)))];

    /// <summary>What would run, were nothing stored yet.</summary>
    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming the field or file.</exception>
    public SweepPlan Plan(SweepSpec spec)
    {
        IReadOnlyList<ExperimentOrder> orders = Expand(spec.Name, spec);
        StagePlan[] training = [.. orders.SelectMany(order => order.Stages).Where(stage => stage.Name != StagePlanner.Evaluate)];
        PlannedCell[] cells = [.. orders.Select(order =>
            new PlannedCell(order.Row, order.Spec.Seed, order.Spec.Method.Name, order.Spec.Id, order.Stages))];
        return new(spec.Name, cells, training.DistinctBy(stage => stage.Key).Count(), training.Length, StoredStages: 0);
    }
}
