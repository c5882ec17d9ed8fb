using System.Text;

namespace ViSurf.Training.Reports;

/// <summary>A study as Markdown. The same results give the same bytes.</summary>
public static class MarkdownReport
{
    public static string Write(StudyReport report)
    {
        StringBuilder text = new();
        text.Append("# ").Append(report.Study.Name).Append("\n\n");
        Append(text, report.Main);
        foreach (string note in report.Notes)
        {
            text.Append("- ").Append(note).Append('\n');
        }

        foreach (ReportTable table in report.Tables)
        {
            text.Append("\n## ").Append(table.Title).Append("\n\n");
            Append(text, table);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ReportTable table)
    {
        text.Append("| ").AppendJoin(" | ", table.Columns).Append(" |\n|---|")
            .Insert(text.Length, "--:|", table.Columns.Count - 1).Append('\n');
        foreach (ReportLine line in table.Lines)
        {
            text.Append("| ").Append(line.Label).Append(" | ").AppendJoin(" | ", line.Cells.Select(Cell)).Append(" |\n");
        }

        text.Append('\n');
    }

    private static string Cell(ReportCell cell)
    {
        string plain = cell.Value.Replace("*", "\\*", StringComparison.Ordinal);
        string value = cell.Bold ? $"**{plain}**" : plain;
        return cell.Interval.Length == 0 ? value : $"{value} ({cell.Interval})";
    }
}
