using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf report: what a sweep came to.</summary>
internal static class ReportVerb
{
    private static readonly Dictionary<string, ReportFormat> Formats = new()
    {
        ["md"] = ReportFormat.Md,
        ["html"] = ReportFormat.Html,
        ["json"] = ReportFormat.Json,
    };

    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "The sweep's id." };
        Option<string> format = Flag.Optional<string>("--format", "md, html or json; the table alone where nothing is given.");
        Option<string> output = Flag.Optional<string>("--out", "File to write; standard output where nothing is given.");
        ServerFlags flags = new();
        Command command = new("report", "Compares what the rows of a sweep came to.") { id, format, output };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            string? asked = flags.IsJson(parsed) ? "json" : parsed.GetValue(format);
            string? path = parsed.GetValue(output);
            Fault.Unless(asked is null || Formats.ContainsKey(asked), FaultCode.SpecInvalid, "--format",
                $"is '{asked}'; allowed: {string.Join(", ", Formats.Keys)}");
            Fault.Unless(asked is not null || path is null, FaultCode.SpecInvalid, "--format",
                $"is wanted with --out; allowed: {string.Join(", ", Formats.Keys)}");
            string report = await flags.Connect(parsed)
                .GetReportAsync(parsed.GetRequiredValue(id), asked is null ? ReportFormat.Json : Formats[asked], stop);
            if (asked is null)
            {
                ReportText.Print(report);
            }
            else if (path is null)
            {
                Console.Out.Write(report);
            }
            else
            {
                await File.WriteAllTextAsync(path, report, stop);
            }

            return 0;
        });
        return command;
    }
}
