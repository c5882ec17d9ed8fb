using System.CommandLine;
using System.Text;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf report: what a sweep came to.</summary>
internal static class ReportVerb
{
    private const string Table = "table";

    private static readonly Dictionary<string, ReportFormat> Formats = new()
    {
        [Table] = ReportFormat.Json,
        ["md"] = ReportFormat.Md,
        ["html"] = ReportFormat.Html,
        ["json"] = ReportFormat.Json,
        ["latex"] = ReportFormat.Latex,
        ["csv"] = ReportFormat.Csv,
        ["parquet"] = ReportFormat.Parquet,
    };

    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "The sweep's id." };
        Option<string> format = Flag.Optional("--format", "table, md, html, json, latex, csv or parquet.", Table);
        Option<string> output = Flag.Optional<string>("--out", "File to write; standard output where nothing is given.");
        ChoiceFlags choices = new();
        ServerFlags flags = new();
        Command command = new("report", "Compares what the rows of a sweep came to.") { id, format, output };
        choices.AddTo(command);
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            string asked = flags.IsJson(parsed) ? "json" : parsed.GetValue(format)!;
            string? path = parsed.GetValue(output);
            Fault.Unless(Formats.TryGetValue(asked, out ReportFormat wanted), FaultCode.SpecInvalid, "--format",
                $"is '{asked}'; allowed: {string.Join(", ", Formats.Keys)}");
            Fault.Unless(asked != Table || path is null, FaultCode.SpecInvalid, "--format",
                $"is wanted with --out; allowed: {string.Join(", ", Formats.Keys.Except([Table]))}");
            Fault.Unless(wanted != ReportFormat.Parquet || path is not null, FaultCode.SpecInvalid, "--out",
                "is wanted with --format parquet, which is no text: a file to write");
            ReportChoices chosen = choices.Read(parsed);
            byte[] report = await flags.Connect(parsed).GetReportBytesAsync(parsed.GetRequiredValue(id), wanted, chosen, stop);
            if (path is not null)
            {
                await File.WriteAllBytesAsync(path, report, stop);
            }
            else if (asked == Table)
            {
                ReportText.Print(Encoding.UTF8.GetString(report), all: chosen.Test is not null);
            }
            else
            {
                Console.Out.Write(Encoding.UTF8.GetString(report));
            }

            return 0;
        });
        return command;
    }
}
