using ScottPlot;
using ViSurf.Sdk;
using ViSurf.Training.Statistics;

namespace ViSurf.Training.Reports;

/// <summary>The plots of a study, each a file: a curve a metric of training, a measure by row, the headline against what it costs.
/// </summary>
public sealed class StudyPlots
{
    private const string Bars = "bars";

    private readonly StudyReport report;
    private readonly IReadOnlyList<RowSteps> steps;
    private readonly Measure headline;
    private readonly Measure[] retention;

    /// <param name="report">The usual report.</param>
    /// <param name="steps">Of each of its rows, in their order.</param>
    public StudyPlots(StudyReport report, IReadOnlyList<RowSteps> steps)
    {
        (this.report, this.steps) = (report, steps);
        headline = report.Table.Measures[0];
        string[] modes = [.. Enum.GetValues<PromptMode>().Select(mode => $"retention/{SpecJson.Word(mode)}")];
        retention = [.. report.Table.Measures.Where(measure => modes.Contains(measure.Name))];
    }

    /// <summary>The plots that these results have.</summary>
    public IReadOnlyList<PlotView> List() =>
    [
        .. Curves.Shown.Where(metric => Curves.IsMeasured(metric, steps)).Select(metric => new PlotView(NameOf(metric), metric.Title)),
        new(Bars, $"{headline.Title} or another measure by row, with the report's intervals"),
        .. Retained().Count > 0 ? [new PlotView("pareto-retention", $"{headline.Title} against retention")] : (PlotView[])[],
        .. Hours().Count > 0 ? [new PlotView("pareto-hours", $"{headline.Title} against device-hours")] : (PlotView[])[],
    ];

    /// <param name="name">One of <see cref="List"/>.</param>
    /// <param name="format">Of the file.</param>
    /// <param name="measure">What the bars show, by name or title; the headline where nothing is given.</param>
    /// <exception cref="Fault">NotFound: these results have no such plot. SpecInvalid: there is no such measure, it was not measured, or
    /// it is given for another plot than the bars.</exception>
    public byte[] Draw(string name, PlotFormat format, string? measure = null)
    {
        string[] known = [.. List().Select(one => one.Name)];
        Fault.Unless(known.Contains(name), FaultCode.NotFound, name, $"is no plot of these results; there are {string.Join(", ", known)}");
        Fault.Unless(measure is null || name == Bars, FaultCode.SpecInvalid, "measure", $"goes with {Bars}, not with {name}");
        if (name == Bars)
        {
            List<MeasureBar> bars = BarsOf(measure ?? headline.Name, out string title);
            using Plot one = MeasureBars.Of(title, bars);
            return PlotFile.Write(one, PlotSize.OfBars(bars.Count), format);
        }

        using Plot plot = name switch
        {
            "pareto-retention" => ParetoPlot.Of("retention, mean of the prompts", headline.Title, Retained(), xIsBetterLow: false),
            "pareto-hours" => ParetoPlot.Of("device-hours, mean over seeds", headline.Title, Hours(), xIsBetterLow: true),
            _ => CurveOf(Curves.Shown.Single(metric => NameOf(metric) == name)),
        };
        if (!PlotSize.HasLegend(report.Study.Rows.Count))
        {
            plot.HideLegend();
            return PlotFile.Write(plot, PlotSize.Plain, format);
        }

        using Image legend = plot.GetLegendImage();
        plot.ShowLegend(Edge.Right);
        return PlotFile.Write(plot, PlotSize.With(legend), format);
    }

    private static string NameOf(CurveMetric metric) => $"curve-{metric.Name.Replace('/', '-')}";

    private Plot CurveOf(CurveMetric metric)
    {
        Plot plot = Curves.Of(metric, steps);
        plot.Axes.Left.Label.Text = metric.Title;
        return plot;
    }

    private List<MeasureBar> BarsOf(string wanted, out string title)
    {
        Measure measure = ColumnChoice.Find(report.Table.Measures, one => one.Name, one => one.Title, wanted);
        title = measure.Title;
        List<MeasureBar> bars = [];
        foreach ((string label, _) in report.Table.Labels)
        {
            if (Value(label, measure) is { } value)
            {
                bars.Add(new(label, value, LookOf(label).Colour));
            }
        }

        Fault.Unless(bars.Count > 0, FaultCode.SpecInvalid, "measure", $"is '{wanted}', which was measured of no row");
        return bars;
    }

    private List<ParetoPoint> Retained() =>
    [
        .. from line in report.Table.Labels
           let y = Value(line.Label, headline)
           let x = retention.Select(measure => Value(line.Label, measure)).ToArray()
           where y is not null && x.Length > 0 && x.All(value => value is not null)
           select new ParetoPoint(line.Label, x.Average(value => value!.Value.Value), y.Value.Value, LookOf(line.Label))
           {
               Seeds = Seeds(line.Label),
           },
    ];

    private (double X, double Y)[] Seeds(string label) =>
        report.Study.Rows.FirstOrDefault(row => row.Label == label) is { Results.Count: > 1 } row
            ? [.. row.Results.Select(result => result.Measurements)
                .Select(all => (retention.Average(measure => measure.Of(all)), headline.Of(all)))]
            : [];

    private List<ParetoPoint> Hours() =>
    [
        .. from row in report.Study.Rows
           let hours = CostTable.DeviceHours(row)
           let y = Value(row.Label, headline)
           where hours is not null && y is not null
           select new ParetoPoint(row.Label, hours.Value, y.Value.Value, LookOf(row.Label)),
    ];

    private Interval? Value(string label, Measure measure) =>
        report.Table.Value(label, report.Table.Measures.Index().First(pair => pair.Item == measure).Index);

    private RowLook LookOf(string label) =>
        report.Study.Rows.Index().FirstOrDefault(pair => pair.Item.Label == label) is (int row, { }) ? RowLook.Of(row) : RowLook.Untrained;
}
