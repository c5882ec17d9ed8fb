using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;

namespace ViSurf.Training.Experiments;

/// <summary>A sweep made ready to run: its cells, and the base model's own measurement beside them.</summary>
public sealed class Sweep
{
    /// <exception cref="Fault">The sweep or one of its experiments is wrong.</exception>
    public Sweep(SweepSpec spec, Atlas atlas)
    {
        Spec = spec;
        All = Expand(spec);
        Cells = [.. All.SkipLast(1)];
        Plans = [.. All.Select(cell => new ExperimentPlan(cell.Spec, atlas))];
    }

    public SweepSpec Spec { get; }

    /// <summary>The trained cells, then the base model's own, which has no stage but its evaluation.</summary>
    /// <exception cref="Fault">SpecInvalid, naming the row and field that is wrong.</exception>
    public static IReadOnlyList<SweepCell> Expand(SweepSpec spec)
    {
        IReadOnlyList<SweepCell> cells = spec.Expand();
        ExperimentSpec first = cells[0].Spec;
        return
        [
            .. cells,
            new(MethodTable.Base, first.Seed, first with
            {
                Name = $"{spec.Name}/{MethodTable.Base}",
                Method = first.Method with { Name = MethodTable.Base },
            }),
        ];
    }

    /// <summary>The trained cells: rows times seeds.</summary>
    public IReadOnlyList<SweepCell> Cells { get; }

    /// <summary>The trained cells, then the base.</summary>
    public IReadOnlyList<SweepCell> All { get; }

    /// <summary>The plan of each of <see cref="All"/>.</summary>
    public IReadOnlyList<ExperimentPlan> Plans { get; }

    /// <summary>The base model's cell.</summary>
    public SweepCell Base => All[^1];
}
