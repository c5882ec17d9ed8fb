using ScottPlot;
using ScottPlot.Plottables;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>Curves over the steps of training.</summary>
internal static class Curves
{
    private const int Width = 460;
    private const int Height = 280;
    private const double BandOpacity = 0.2;

    public static readonly IReadOnlyList<CurveMetric> Shown =
    [
        new("dev/harmonicMean", "HM on the dev split", false),
        new("dev/pAcc", "P-acc on the dev split", false),
        new("dev/nAcc", "N-acc on the dev split", false),
        new("dev/auroc", "absent, AUROC, on the dev split", false),
        new("reward/mean", "mean reward of rollouts", true),
        new("label/advantage", "advantage of the label", true),
        new("label/smoothed", "share of groups with a smoothed label", true),
        new("label/weightShare", "the label's share of the absolute weight", true),
        new("train/entropy", "entropy of the next token", true),
        new("rollout/emptyRate", "share of rollouts that answer []", true),
        new("rollout/thinkRate", "share of rollouts with a thought", true),
        new("rollout/length", "tokens of a rollout", true),
    ];

    /// <summary>A figure as SVG for each metric that any row has.</summary>
    public static IEnumerable<(string Title, string Svg)> Draw(IReadOnlyList<(string Label, IReadOnlyList<StepRecord> Steps)> rows)
    {
        RowSteps[] oneSeed = [.. rows.Select(row => new RowSteps(row.Label, [row.Steps]))];
        foreach ((int figure, CurveMetric metric) in Shown.Index().Where(pair => IsMeasured(pair.Item, oneSeed)))
        {
            using Plot plot = Of(metric, oneSeed);
            plot.Legend.Orientation = Orientation.Horizontal;
            plot.ShowLegend(Edge.Top);
            yield return (metric.Title, PlotFile.Svg(plot, Width, Height, figure));
        }
    }

    /// <summary>Whether any row has it for each of its seeds.</summary>
    public static bool IsMeasured(CurveMetric metric, IReadOnlyList<RowSteps> rows) =>
        rows.Any(row => row.Seeds.Count > 0 && row.Seeds.All(steps => steps.Any(step => step.Metrics.ContainsKey(metric.Name))));

    /// <summary>A line for each row that has the metric, the mean of its seeds, in a band from the lowest to the highest.</summary>
    public static Plot Of(CurveMetric metric, IReadOnlyList<RowSteps> rows)
    {
        Plot plot = new();
        plot.Axes.Bottom.Label.Text = "step";
        plot.HideLegend();
        foreach ((int row, RowSteps steps) in rows.Index().Where(pair => IsMeasured(metric, [pair.Item])))
        {
            SeedBand band = SeedBand.Of(steps.Seeds, metric);
            RowLook look = RowLook.Of(row);
            if (steps.Seeds.Count > 1)
            {
                FillY fill = plot.Add.FillY(band.Steps, band.Low, band.High);
                fill.FillColor = look.Colour.WithAlpha(BandOpacity);
                fill.LineWidth = 0;
                fill.MarkerSize = 0;
            }

            Scatter line = plot.Add.Scatter(band.Steps, band.Mean, look.Colour);
            line.LegendText = steps.Label;
            line.LinePattern = look.Line;
            line.MarkerSize = metric.IsSmooth ? 0 : 5;
            line.LineWidth = 2;
        }

        return plot;
    }
}

/// <summary>A metric of training steps that is drawn.</summary>
/// <param name="IsSmooth">Whether each point is the mean of 25 steps.</param>
internal sealed record CurveMetric(string Name, string Title, bool IsSmooth);

/// <summary>The steps of a row's last training stage, seed by seed.</summary>
public sealed record RowSteps(string Label, IReadOnlyList<IReadOnlyList<StepRecord>> Seeds);
