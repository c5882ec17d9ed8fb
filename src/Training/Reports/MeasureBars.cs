using ScottPlot;
using ScottPlot.Plottables;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>A measure by row: a bar each, the first at the top, with the interval that the report's table has.</summary>
internal static class MeasureBars
{
    private const double Thickness = 0.7;

    public static Plot Of(string title, IReadOnlyList<MeasureBar> bars)
    {
        Plot plot = new();
        double[] places = [.. Enumerable.Range(1, bars.Count).Select(place => (double)-place)];
        BarPlot drawn = plot.Add.Bars(bars.Zip(places, (bar, place) =>
            new Bar { Position = place, Value = bar.Value.Value, FillColor = bar.Colour, Size = Thickness }).ToArray());
        drawn.Horizontal = true;
        foreach ((MeasureBar bar, double place) in bars.Zip(places).Where(pair => double.IsFinite(pair.First.Value.Low)))
        {
            plot.Add.Line(bar.Value.Low, place, bar.Value.High, place).Color = Colors.Black;
        }

        plot.Axes.Left.SetTicks(places, [.. bars.Select(bar => bar.Label)]);
        plot.Axes.Bottom.Label.Text = title;
        plot.HideLegend();
        return plot;
    }
}

/// <summary>A row's value with its interval; an infinite bound where there is none.</summary>
internal sealed record MeasureBar(string Label, Interval Value, Color Colour);
