using ViSurf.Sdk;

namespace ViSurf.Training.Search;

/// <summary>Every combination of listed values in order, the last axis turning fastest.</summary>
public sealed class GridSampler : PointSampler
{
    public override double[]? Propose(SearchTerms terms, long number, IReadOnlyList<SearchTrial> trials)
    {
        IReadOnlyList<SearchAxis> axes = terms.Space.Axes;
        double[] units = new double[axes.Count];
        long rest = number;
        for (int axis = axes.Count - 1; axis >= 0; axis--)
        {
            int count = axes[axis].Count!.Value;
            units[axis] = ((rest % count) + 0.5) / count;
            rest /= count;
        }

        return rest == 0 ? units : null;
    }
}
