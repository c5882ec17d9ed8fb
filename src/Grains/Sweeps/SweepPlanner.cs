using ViSurf.Sdk;
using ViSurf.Training.Experiments;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>Expands a sweep into experiments and their stages. The same spec gives the same ids.</summary>
public sealed class SweepPlanner(IStagePlanner stages)
{
    /// <summary>The experiments: the base model's own, then rows times seeds. Of a search the former alone.</summary>
    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming each field or file.</exception>
    /// <param name="isPreview">Nothing will run: the models' weights may be missing.</param>
    public IReadOnlyList<ExperimentOrder> Expand(string sweep, SweepSpec spec, bool isPreview = false)
    {
        List<ExperimentOrder> orders = [];
        Fault.Together(Sweep.Expand(spec).Select((cell, index) => (Action)(() => orders.Add(Order(sweep, spec, cell, index, isPreview)))));
        return orders;
    }

    /// <summary>An experiment of a sweep.</summary>
    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming the field or file.</exception>
    public ExperimentOrder Order(string sweep, SweepSpec spec, SweepCell cell, int index, bool isPreview = false) => new(
        sweep, cell.Row, index, cell.Spec, Stages(sweep, spec, cell.Spec, isPreview), Schedule(spec.ScheduleOf(cell.Row)));

    // Parts of a training are shared, so that each step is trained once: the end of the space with the most of them counts.
    private SearchBound Bound(SweepSpec spec, int bases)
    {
        SearchTerms terms = SearchTerms.Of(spec);
        StagePlan[][] ends = [.. terms.Space.Ends().Select(end => stages.Plan(terms.Space.Cell(end, spec.Seeds[0]).Spec, isPreview: true)
            .Where(stage => stage.Name != StagePlanner.Evaluate).ToArray())];
        long steps = ends.Max(end => end.Sum(stage => (long)stage.Steps));
        return new(terms.ExperimentsAtMost + bases, terms.Rungs[^1], steps * spec.Search!.Trials * spec.Seeds.Count);
    }

    // Keys of the sweep's own are those that nobody else's experiments ask for.
    private IReadOnlyList<StagePlan> Stages(string sweep, SweepSpec spec, ExperimentSpec cell, bool isPreview) => spec.Reuse
        ? stages.Plan(cell, isPreview)
        : [.. stages.Plan(cell, isPreview).Select(stage => stage with { Key = StagePlanner.OwnKey(stage.Key, sweep) })];

    // A sweep that says nothing is stored as one that says nothing.
    internal static ScheduleSpec? Schedule(ScheduleSpec schedule) =>
        ScheduleSpec.AreSame(schedule, ScheduleSpec.Usual) ? null : schedule;

    /// <summary>What would run, were nothing stored yet.</summary>
    /// <exception cref="Fault">SpecInvalid, NotFound or FileDamaged, naming the field or file.</exception>
    public SweepPlan Plan(SweepSpec spec)
    {
        IReadOnlyList<ExperimentOrder> orders = Expand(spec.Name, spec, isPreview: true);
        StagePlan[] training = [.. orders.SelectMany(order => order.Stages).Where(stage => stage.Name != StagePlanner.Evaluate)];
        PlannedCell[] cells = [.. orders.Select(order =>
            new PlannedCell(order.Row, order.Spec.Seed, order.Spec.Method.Name, order.Spec.Id, order.Stages))];
        return new(spec.Name, cells, training.DistinctBy(stage => stage.Key).Count(), training.Length, StoredStages: 0)
        {
            Search = spec.Search is null ? null : Bound(spec, orders.Count),
        };
    }
}
