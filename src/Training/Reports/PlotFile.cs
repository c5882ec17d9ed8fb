using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using ViSurf.Sdk;

namespace ViSurf.Training.Reports;

/// <summary>A plot as the content of a file. The same plot gives the same bytes on one machine: letters are its fonts'.</summary>
internal static partial class PlotFile
{
    public static byte[] Write(Plot plot, (int Width, int Height) size, PlotFormat format) => format == PlotFormat.Png
        ? plot.GetImageBytes(size.Width, size.Height, ImageFormat.Png)
        : Encoding.UTF8.GetBytes(Svg(plot, size.Width, size.Height, figure: 0));

    /// <param name="figure">Begins the figure's ids: different for those of one page.</param>
    // Skia counts its ids over the life of the process: the same figure would not be the same text twice.
    public static string Svg(Plot plot, int width, int height, int figure)
    {
        Dictionary<string, string> names = [];
        return Id().Replace(plot.GetSvgXml(width, height), match =>
        {
            string id = match.Value;
            names.TryAdd(id, $"f{figure}_{names.Count}");
            return names[id];
        });
    }

    [GeneratedRegex("""(?<=\bid="|url\(#)\w+""")]
    private static partial Regex Id();
}
