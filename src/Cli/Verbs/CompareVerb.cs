using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf compare: two experiments, or two sweeps row by row.</summary>
internal static class CompareVerb
{
    public static Command Make()
    {
        Argument<string> first = new("first") { Description = "An experiment's id (sweep/spec), or a sweep's." };
        Argument<string> second = new("second") { Description = "Another of the same kind, measured on the same items." };
        Option<string> test = Flag.Optional<string>("--test",
            "As of report; where nothing is given, paired-t over several seeds, else paired-bootstrap over items.");
        ServerFlags flags = new();
        Command command = new("compare", "Compares two experiments, or two sweeps row by row.") { first, second, test };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            ReportTest? asked = ReportChoices.Read(name => name == "test" ? parsed.GetValue(test) : null, prefix: "--").Test;
            ComparisonView view = await flags.Connect(parsed)
                .CompareAsync(parsed.GetRequiredValue(first), parsed.GetRequiredValue(second), asked, stop);
            if (flags.IsJson(parsed))
            {
                Show.Json(view);
            }
            else
            {
                Print(view);
            }

            return 0;
        });
        return command;
    }

    private static void Print(ComparisonView view)
    {
        Show.Table(["row", "measure", view.First, view.Second, "difference", $"95 % over {view.Over}", "p", "p (Holm)"],
            view.Lines.Select(line => (string[])
            [
                line.Row, line.Measure, $"{line.First:0.000}", $"{line.Second:0.000}", $"{line.Difference:+0.000;-0.000;0.000}",
                line.Low is null ? "" : $"{line.Low:0.000}..{line.High:0.000}", $"{line.P:0.####}", $"{line.Holm:0.####}",
            ]));
        Console.Out.WriteLine($"- test: {view.Test}");
        foreach (string note in view.Notes)
        {
            Console.Out.WriteLine($"- {note}");
        }
    }
}
