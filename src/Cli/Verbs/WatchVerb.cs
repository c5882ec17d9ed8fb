using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf watch: follows a sweep to its end.</summary>
internal static class WatchVerb
{
    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "The sweep's id." };
        ServerFlags flags = new();
        Command command = new("watch", "Follows a sweep to its end; ends with 0 where it succeeded.") { id };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            SweepWatch watch = new(flags.Connect(parsed), parsed.GetRequiredValue(id), TimeProvider.System);
            return await EndAsync(watch, flags.IsJson(parsed), stop);
        });
        return command;
    }

    /// <summary>Follows to the end and says how it ended.</summary>
    public static async Task<int> EndAsync(SweepWatch watch, bool json, CancellationToken stop)
    {
        SweepView ended = json ? await watch.PrintAsync(stop) : await watch.ShowAsync(stop);
        if (!json)
        {
            Console.Out.WriteLine($"{ended.Id}: {SpecJson.Word(ended.Phase)}, {Show.Counts(ended.Experiments)}");
        }

        return ended.Phase == SweepPhase.Succeeded ? 0 : Errors.Failed;
    }
}
