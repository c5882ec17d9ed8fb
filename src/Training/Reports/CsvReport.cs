using System.Globalization;
using System.Text;

namespace ViSurf.Training.Reports;

/// <summary>Every number of a study as comma-separated lines (RFC 4180), for other tools. The same results give the same bytes.</summary>
/// <remarks>A line with a seed is that seed's value; one without is the row's, with its 95 % interval where it has one. What was not
/// measured has no line.</remarks>
public static class CsvReport
{
    private static readonly char[] Special = [',', '"', '\n', '\r'];

    public static string Write(StudyReport report)
    {
        StringBuilder text = new("row,measure,seed,value,low,high\r\n");
        foreach (ReportValue one in ReportValue.All(report))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{Quoted(one.Row)},{Quoted(one.Measure)},{one.Seed},{one.Value:R},{one.Low:R},{one.High:R}\r\n");
        }

        return text.ToString();
    }

    /// <summary>A field as it stands in a line.</summary>
    public static string Quoted(string text) =>
        text.IndexOfAny(Special) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
