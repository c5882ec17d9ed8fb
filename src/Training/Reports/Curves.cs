using System.Text.RegularExpressions;
using ScottPlot;
using ScottPlot.Plottables;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Reports;

/// <summary>Curves over the steps of training, as SVG.</summary>
internal static partial class Curves
{
    private const int Width = 460;
    private const int Height = 280;
    private const int Window = 25; // per-step values are noisy: each point is the mean of the steps before it

    private static readonly (string Metric, string Title, bool Smooth)[] Shown =
    [
        ("dev/harmonicMean", "HM on the dev split", false),
        ("dev/pAcc", "P-acc on the dev split", false),
        ("dev/nAcc", "N-acc on the dev split", false),
        ("reward/mean", "mean reward of rollouts", true),
        ("label/advantage", "advantage of the label", true),
        ("label/smoothed", "share of groups with a smoothed label", true),
        ("label/weightShare", "the label's share of the absolute weight", true),
        ("train/entropy", "entropy of the next token", true),
        ("rollout/emptyRate", "share of rollouts that answer []", true),
        ("rollout/thinkRate", "share of rollouts with a thought", true),
        ("rollout/length", "tokens of a rollout", true),
    ];

    /// <summary>A figure for each metric that any row has.</summary>
    public static IEnumerable<(string Title, string Svg)> Draw(IReadOnlyList<(string Label, IReadOnlyList<StepRecord> Steps)> rows)
    {
        foreach ((int figure, (string metric, string title, bool smooth)) in Shown.Index())
        {
            using Plot plot = new();
            plot.Axes.Bottom.Label.Text = "step";
            plot.HideLegend();
            int colour = 0;
            foreach ((string label, IReadOnlyList<StepRecord> steps) in rows)
            {
                Color own = Colours.Of(colour++);
                StepRecord[] measured = [.. steps.Where(step => step.Metrics.ContainsKey(metric))];
                if (measured.Length > 0)
                {
                    double[] values = [.. measured.Select(step => step.Metrics[metric])];
                    double[] at = [.. measured.Select(step => (double)step.Step)];
                    Scatter line = plot.Add.Scatter(at, smooth ? Smoothed(values) : values, own);
                    line.LegendText = label;
                    line.MarkerSize = smooth ? 0 : 5;
                    line.LineWidth = 2;
                }
            }

            if (plot.PlottableList.Count > 0)
            {
                plot.Legend.Orientation = Orientation.Horizontal;
                plot.ShowLegend(Edge.Top);
                yield return (title, Renamed(plot.GetSvgXml(Width, Height), figure));
            }
        }
    }

    // Skia counts its ids over the life of the process: the same figure would not be the same text twice.
    private static string Renamed(string svg, int figure)
    {
        Dictionary<string, string> names = [];
        return Id().Replace(svg, match =>
        {
            string id = match.Value;
            names.TryAdd(id, $"f{figure}_{names.Count}");
            return names[id];
        });
    }

    [GeneratedRegex("""(?<=\bid="|url\(#)\w+""")]
    private static partial Regex Id();

    private static double[] Smoothed(double[] values) =>
        [.. values.Select((_, i) => values.AsSpan(Math.Max(0, i - Window + 1), Math.Min(Window, i + 1)).ToArray().Average())];
}

/// <summary>One colour a row, the same in curves and pictures: Okabe and Ito's, which colour-blind people tell apart.</summary>
internal static class Colours
{
    private static readonly string[] Hex = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#F0E442"];

    public static Color Of(int row) => Color.FromHex(Hex[row % Hex.Length]);
}
