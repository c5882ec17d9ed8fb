using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf list: the sweeps of a server, newest first.</summary>
internal static class ListVerb
{
    public static Command Make()
    {
        ServerFlags flags = new();
        Command command = new("list", "Lists sweeps, newest first.");
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            List<SweepView> sweeps = await flags.Connect(parsed).ListSweepsAsync(stop).ToListAsync(stop);
            if (flags.IsJson(parsed))
            {
                Show.Json(sweeps);
            }
            else
            {
                Show.Table(["id", "name", "revision", "phase", "experiments", "created"], sweeps.Select(sweep => (string[])
                    [sweep.Id, sweep.Name, $"{sweep.Revision}", SpecJson.Word(sweep.Phase), Show.Counts(sweep.Experiments),
                        Show.Time(sweep.CreatedAt)]));
            }

            return 0;
        });
        return command;
    }
}
