using ScottPlot;

namespace ViSurf.Training.Reports;

/// <summary>What tells a row from others, the same in plots and pictures.</summary>
/// <param name="Colour">One of Okabe and Ito's, which colour-blind people tell apart.</param>
/// <param name="Marker">Another one once the colours are used up.</param>
/// <param name="Line">Another one once the colours are used up.</param>
internal sealed record RowLook(Color Colour, MarkerShape Marker, LinePattern Line)
{
    private static readonly string[] Hex = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000", "#F0E442"];

    private static readonly MarkerShape[] Markers =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond];

    private static readonly LinePattern[] Lines = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

    /// <summary>What was not trained has no colour of its own.</summary>
    public static RowLook Untrained { get; } = new(Colors.Gray, MarkerShape.FilledCircle, LinePattern.Solid);

    public static RowLook Of(int row)
    {
        int round = row / Hex.Length % Markers.Length;
        return new(Color.FromHex(Hex[row % Hex.Length]), Markers[round], Lines[round]);
    }
}
