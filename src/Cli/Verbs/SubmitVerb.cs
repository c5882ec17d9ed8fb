using System.CommandLine;
using ViSurf.Cli.Output;
using ViSurf.Sdk;
using ViSurf.Training.Data;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf submit: hands a sweep to a server. The same sweep under the same key is submitted once.</summary>
internal static class SubmitVerb
{
    public static Command Make()
    {
        Argument<string> file = new("file") { Description = "Sweep file, YAML or JSON." };
        Option<string> key = Flag.Optional<string>("--key", "The sweep's id; a new one where nothing is given.");
        Option<string> hypotheses = Flag.Optional<string>("--preregister", "File of hypotheses, taken before anything is evaluated.");
        Option<bool> watch = Flag.Optional<bool>("--watch", "Follow it to its end.");
        ServerFlags flags = new();
        Command command = new("submit", "Hands a sweep to a server.") { file, key, hypotheses, watch };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            SweepSpec spec = SpecText.ReadFile<SweepSpec>(Assets.Find(parsed.GetRequiredValue(file)));
            if (parsed.GetValue(hypotheses) is { Length: > 0 } path)
            {
                spec = spec with { Preregistration = SpecText.ReadFile<PreregistrationSpec>(Assets.Find(path)) };
            }

            ViSurfClient client = flags.Connect(parsed);
            SubmitView submitted = parsed.GetValue(key) is { Length: > 0 } id
                ? await client.SubmitAsync(spec, id, stop)
                : await client.CreateAsync(spec, cancellationToken: stop);
            bool json = flags.IsJson(parsed);
            Print(submitted, json);
            return parsed.GetValue(watch)
                ? await WatchVerb.EndAsync(new(client, submitted.Sweep.Id, TimeProvider.System), json, stop)
                : 0;
        });
        return command;
    }

    internal static void Print(SubmitView submitted, bool json)
    {
        if (json)
        {
            Show.Json(submitted);
        }
        else
        {
            SweepView sweep = submitted.Sweep;
            string outcome = SpecJson.Word(submitted.Outcome);
            Console.Out.WriteLine($"{outcome}: {sweep.Id}, revision {sweep.Revision}, {SpecJson.Word(sweep.Phase)}");
            if (sweep.Preregistration is { } registered)
            {
                Console.Out.WriteLine($"preregistered {registered.RegisteredAt:u}, sha256 {registered.Sha256}");
            }
        }
    }
}
