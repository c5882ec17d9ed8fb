using ScottPlot;
using ScottPlot.Plottables;

namespace ViSurf.Training.Reports;

/// <summary>Rows as points, their seeds as small ones, and the line through the rows that no other dominates.</summary>
internal static class ParetoPlot
{
    private const int PointSize = 12;
    private const int SeedSize = 5;
    private const double SeedOpacity = 0.5;

    /// <param name="xIsBetterLow">Whether less of x is better; more of y always is.</param>
    public static Plot Of(string x, string y, IReadOnlyList<ParetoPoint> points, bool xIsBetterLow)
    {
        Plot plot = new();
        plot.Axes.Bottom.Label.Text = x;
        plot.Axes.Left.Label.Text = y;
        ParetoPoint[] front = [.. Front(points, xIsBetterLow).OrderBy(point => point.X).ThenBy(point => point.Y)];
        Scatter line = plot.Add.Scatter(front.Select(point => point.X).ToArray(), front.Select(point => point.Y).ToArray(), Colors.Gray);
        line.MarkerSize = 0;
        line.LegendText = "not dominated";
        foreach (ParetoPoint point in points)
        {
            foreach ((double seedX, double seedY) in point.Seeds)
            {
                plot.Add.Marker(seedX, seedY, point.Look.Marker, SeedSize, point.Look.Colour.WithAlpha(SeedOpacity));
            }

            Marker marker = plot.Add.Marker(point.X, point.Y, point.Look.Marker, PointSize, point.Look.Colour);
            marker.LegendText = point.Label;
        }

        return plot;
    }

    /// <summary>The points that none dominates: p dominates q where it is as good in both and better in one.</summary>
    /// <remarks>Deb et al. (2002), A fast and elitist multiobjective genetic algorithm: NSGA-II, section III.</remarks>
    public static IEnumerable<ParetoPoint> Front(IReadOnlyList<ParetoPoint> points, bool xIsBetterLow)
    {
        double sign = xIsBetterLow ? -1 : 1;
        bool Dominates(ParetoPoint p, ParetoPoint q) =>
            sign * p.X >= sign * q.X && p.Y >= q.Y && (p.X, p.Y) != (q.X, q.Y);
        return points.Where(one => !points.Any(other => Dominates(other, one)));
    }
}

/// <summary>A row by two of its values.</summary>
internal sealed record ParetoPoint(string Label, double X, double Y, RowLook Look)
{
    /// <summary>The same of each seed; none where there is one alone.</summary>
    public IReadOnlyList<(double X, double Y)> Seeds { get; init; } = [];
}
