using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf retry: runs again what failed or was cancelled; what succeeded stays.</summary>
internal static class RetryVerb
{
    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "A sweep's id." };
        Option<bool> failed = Flag.Optional<bool>("--failed", "Leave what was cancelled as it is.");
        ServerFlags flags = new();
        Command command = new("retry", "Runs again what failed or was cancelled in a sweep, from its last checkpoints.") { id, failed };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            SweepView sweep = await flags.Connect(parsed)
                .RetrySweepAsync(parsed.GetRequiredValue(id), parsed.GetValue(failed), stop);
            if (flags.IsJson(parsed))
            {
                Show.Json(sweep);
            }
            else
            {
                Console.Out.WriteLine($"{sweep.Id}: {SpecJson.Word(sweep.Phase)}, {Show.Counts(sweep.Experiments)}");
            }

            return 0;
        });
        return command;
    }
}
