using Spectre.Console;
using ViSurf.Training.Reports;

namespace ViSurf.Cli.Output;

/// <summary>A report's table on a terminal; as several tables of the same rows where the terminal is narrow.</summary>
internal static class ConsoleTable
{
    private const int PlainWidth = 200; // where nobody's terminal sets a limit
    private const int Padding = 3;      // Spectre's, around and between cells

    public static void Write(ReportTable table)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = PlainWidth;
        }

        foreach (int[] columns in Fit(table, console.Profile.Width))
        {
            console.Write(Part(table, columns));
        }
    }

    /// <summary>The columns of each part: as many as fit beside the labels, one at least.</summary>
    private static List<int[]> Fit(ReportTable table, int width)
    {
        int labels = table.Lines.Max(line => line.Label.Length) + Padding;
        List<int[]> parts = [];
        List<int> part = [];
        int used = labels;
        for (int column = 1; column < table.Columns.Count; column++)
        {
            int own = Width(table, column) + Padding;
            if (part.Count > 0 && used + own > width)
            {
                parts.Add([.. part]);
                (part, used) = ([], labels);
            }

            part.Add(column);
            used += own;
        }

        parts.Add([.. part]);
        return parts;
    }

    private static int Width(ReportTable table, int column) => Math.Max(table.Columns[column].Length,
        table.Lines.Max(line => Math.Max(line.Cells[column - 1].Value.Length, line.Cells[column - 1].Interval.Length)));

    private static Table Part(ReportTable table, int[] columns)
    {
        Table shown = new() { Title = new(Markup.Escape(table.Title)), Border = TableBorder.Simple };
        shown.AddColumn(new TableColumn(""));
        foreach (int column in columns)
        {
            shown.AddColumn(new TableColumn(Markup.Escape(table.Columns[column])) { Alignment = Justify.Right, NoWrap = true });
        }

        foreach (ReportLine line in table.Lines)
        {
            shown.AddRow([new Markup(Markup.Escape(line.Label)), .. columns.Select(column => Cell(line.Cells[column - 1]))]);
        }

        return shown;
    }

    private static Markup Cell(ReportCell cell)
    {
        string value = cell.Bold ? $"[bold]{Markup.Escape(cell.Value)}[/]" : Markup.Escape(cell.Value);
        return new(cell.Interval.Length == 0 ? value : $"{value}\n[dim]{Markup.Escape(cell.Interval)}[/]");
    }
}
