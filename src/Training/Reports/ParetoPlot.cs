using ScottPlot;
using ScottPlot.Plottables;

namespace ViSurf.Training.Reports;

/// <summary>Rows as points, and the line through those that no other row dominates.</summary>
internal static class ParetoPlot
{
    private const int PointSize = 12;

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
            Marker marker = plot.Add.Marker(point.X, point.Y, MarkerShape.FilledCircle, PointSize, point.Colour);
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
internal sealed record ParetoPoint(string Label, double X, double Y, Color Colour);
