using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf cancel: ends a sweep or an experiment; what it stored stays.</summary>
internal static class CancelVerb
{
    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "A sweep's id, or an experiment's: sweep/spec." };
        Option<string> reason = Flag.Optional("--reason", "Why; shown with what was cancelled.", "somebody asked for it");
        ServerFlags flags = new();
        Command command = new("cancel", "Cancels a sweep or an experiment.") { id, reason };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            ViSurfClient client = flags.Connect(parsed);
            string asked = parsed.GetRequiredValue(id);
            string why = parsed.GetValue(reason)!;
            if (asked.Contains('/'))
            {
                ExperimentView experiment = await client.CancelExperimentAsync(asked, why, stop);
                Print(experiment, asked, flags.IsJson(parsed));
            }
            else
            {
                SweepView sweep = await client.CancelSweepAsync(asked, why, stop);
                Print(sweep, asked, flags.IsJson(parsed));
            }

            return 0;
        });
        return command;
    }

    private static void Print<T>(T view, string id, bool json)
    {
        if (json)
        {
            Show.Json(view);
        }
        else
        {
            Console.Out.WriteLine($"{id}: its end is asked for");
        }
    }
}
