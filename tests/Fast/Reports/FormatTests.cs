using System.Globalization;
using ViSurf.Training.Reports;
using ViSurf.Training.Statistics;

namespace ViSurf.Tests.Fast.Reports;

/// <summary>Reports for papers and for other tools say what the tables say.</summary>
public class FormatTests
{
    private static readonly StudyReport Report = new(Studies.Of(seeds: 3, ("sft", 0.3), ("rlvr_no&think", 0.5), ("visurf", 0.9)));

    [Fact]
    public void In_latex_the_best_is_bold_the_second_underlined_and_every_line_has_every_column()
    {
        string latex = LatexReport.Write(Report);
        string[] rows = [.. latex.Split('\n').Where(line => line.EndsWith(@" \\", StringComparison.Ordinal))];
        Assert.StartsWith(@"visurf & \textbf{0.",
            rows.First(row => row.StartsWith("visurf &", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith(@"rlvr\_no\&think & \underline{0.",
            rows.First(row => row.StartsWith("rlvr", StringComparison.Ordinal)), StringComparison.Ordinal);
        int columns = Report.Main.Columns.Count;
        Assert.All(rows.Take(Report.Main.Lines.Count + 1), row => Assert.Equal(columns, row.Split(" & ").Length));
        Assert.Equal(Report.Tables.Count + 1, latex.Split(@"\bottomrule").Length - 1);
    }

    [Fact]
    public void In_csv_each_row_has_its_value_with_the_interval_and_one_of_each_seed()
    {
        string csv = CsvReport.Write(Report);
        string[][] lines = [.. csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];
        Assert.Equal(["row", "measure", "seed", "value", "low", "high"], lines[0]);
        string measure = Report.Table.Measures[0].Name;
        string[][] own = [.. lines.Where(line => line[0] == "visurf" && line[1] == measure)];
        Assert.Equal(["1", "2", "3", ""], own.Select(line => line[2]));
        Interval value = Report.Table.Value("visurf", 0)!.Value;
        Assert.Equal([value.Value, value.Low, value.High], own[3].Skip(3).Select(Number));
        Assert.Equal(value.Value, own.Take(3).Average(line => Number(line[3])), 12);
        Assert.All(lines, line => Assert.Equal(6, line.Length));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
