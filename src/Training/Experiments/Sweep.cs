using ViSurf.Sdk;

namespace ViSurf.Training.Experiments;

/// <summary>The experiments that a sweep stands for.</summary>
public static class Sweep
{
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
}
