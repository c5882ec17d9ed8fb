using ScottPlot;

namespace ViSurf.Training.Reports;

/// <summary>How large a picture is, in pixels: it has room for the names of its rows, as long as they are not too many.</summary>
internal static class PlotSize
{
    private const int AroundLegend = 100;
    private const int LegendRowsMost = 256;
    private const int WidthOfBars = 720;
    private const int HeightOfBar = 30;
    private const int HeightOfAxis = 90;
    private const int HeightMost = 16_000; // many programs refuse higher pictures

    /// <summary>A plot without names.</summary>
    public static (int Width, int Height) Plain { get; } = (520, 420);

    /// <summary>Whether so many rows are named beside a plot.</summary>
    public static bool HasLegend(int rows) => rows <= LegendRowsMost;

    /// <summary>A plot with its rows' names on the right.</summary>
    public static (int Width, int Height) With(Image legend) =>
        (Plain.Width + legend.Width, Math.Max(Plain.Height, legend.Height + AroundLegend));

    /// <summary>So many bars below each other.</summary>
    public static (int Width, int Height) OfBars(int bars) =>
        (WidthOfBars, (int)Math.Min(HeightMost, HeightOfAxis + ((long)HeightOfBar * bars)));
}
