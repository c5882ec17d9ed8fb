using System.Text;

namespace ViSurf.Training.Reports;

/// <summary>A study's tables for a paper, with the rules of booktabs. The same results give the same bytes.</summary>
/// <remarks>Bold is what is bold in every format; the second of the trained rows is underlined; a star is a difference that is
/// significant after Holm's correction. Notes are comments.</remarks>
public static class LatexReport
{
    private static readonly Dictionary<char, string> Escaped = new()
    {
        ['\\'] = @"\textbackslash{}",
        ['{'] = @"\{",
        ['}'] = @"\}",
        ['$'] = @"\$",
        ['&'] = @"\&",
        ['#'] = @"\#",
        ['_'] = @"\_",
        ['%'] = @"\%",
        ['^'] = @"\textasciicircum{}",
        ['~'] = @"\textasciitilde{}",
        ['<'] = @"\textless{}",
        ['>'] = @"\textgreater{}",
        ['\u00b1'] = @"$\pm$",
    };

    public static string Write(StudyReport report)
    {
        StringBuilder text = new("% needs \\usepackage{booktabs}\n");
        foreach (string note in report.Notes)
        {
            text.Append("% ").Append(note.Replace("\u00b1", "+-", StringComparison.Ordinal)).Append('\n');
        }

        foreach (ReportTable table in report.Tables.Prepend(report.Main))
        {
            Append(text, table);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ReportTable table)
    {
        text.Append("\n\\begin{table}\n\\centering\n\\caption{").Append(Escape(table.Title)).Append("}\n\\begin{tabular}{l")
            .Append('r', table.Columns.Count - 1).Append("}\n\\toprule\n")
            .AppendJoin(" & ", table.Columns.Select(Escape)).Append(" \\\\\n\\midrule\n");
        foreach (ReportLine line in table.Lines)
        {
            text.Append(Escape(line.Label)).Append(" & ").AppendJoin(" & ", line.Cells.Select(Cell)).Append(" \\\\\n");
        }

        text.Append("\\bottomrule\n\\end{tabular}\n\\end{table}\n");
    }

    private static string Cell(ReportCell cell)
    {
        string value = Escape(cell.Value);
        value = cell.Bold ? $@"\textbf{{{value}}}" : cell.IsSecond ? $@"\underline{{{value}}}" : value;
        string interval = cell.Interval.Replace("..", ", ", StringComparison.Ordinal);
        return interval.Length == 0 ? value : $@"{value} {{\scriptsize [{interval}]}}";
    }

    private static string Escape(string text) =>
        string.Concat(text.Select(letter => Escaped.TryGetValue(letter, out string? written) ? written : $"{letter}"));
}
