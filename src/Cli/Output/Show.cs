using System.Text.Json;
using Spectre.Console;
using ViSurf.Sdk;

namespace ViSurf.Cli.Output;

/// <summary>Prints records: as tables for people, as JSON for programs.</summary>
internal static class Show
{
    private const int PlainWidth = 200; // where nobody's terminal sets a limit

    public static void Json<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, SpecJson.Options));

    public static void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Console.Profile.Width = PlainWidth;
        }

        Table table = new() { Border = TableBorder.Simple };
        foreach (string column in columns)
        {
            table.AddColumn(Markup.Escape(column));
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        AnsiConsole.Console.Write(table);
    }

    public static string Time(DateTimeOffset? at) => at?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss") ?? "";

    /// <summary>How many experiments stand where: 3 succeeded, 1 running.</summary>
    public static string Counts(IReadOnlyDictionary<Phase, int> experiments) =>
        string.Join(", ", experiments.Where(pair => pair.Value > 0).OrderBy(pair => pair.Key)
            .Select(pair => $"{pair.Value} {SpecJson.Word(pair.Key)}"));
}
