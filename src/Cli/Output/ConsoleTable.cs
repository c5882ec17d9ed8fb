using Spectre.Console;
using ViSurf.Training.Reports;

namespace ViSurf.Cli.Output;

/// <summary>A report's table on a terminal.</summary>
internal static class ConsoleTable
{
    private const int PlainWidth = 200; // where nobody's terminal sets a limit

    public static void Write(ReportTable table)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = PlainWidth;
        }

        Table shown = new() { Title = new(Markup.Escape(table.Title)), Border = TableBorder.Simple };
        foreach (string column in table.Columns)
        {
            shown.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = column.Length == 0 ? Justify.Left : Justify.Right });
        }

        foreach (ReportLine line in table.Lines)
        {
            shown.AddRow([new Markup(Markup.Escape(line.Label)), .. line.Cells.Select(Cell)]);
        }

        console.Write(shown);
    }

    private static Markup Cell(ReportCell cell)
    {
        string value = cell.Bold ? $"[bold]{Markup.Escape(cell.Value)}[/]" : Markup.Escape(cell.Value);
        return new(cell.Interval.Length == 0 ? value : $"{value}\n[dim]{Markup.Escape(cell.Interval)}[/]");
    }
}
