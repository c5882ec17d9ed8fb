using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf branch: trains an experiment anew from one of its steps with something changed, beside itself.</summary>
internal static class BranchVerb
{
    private static readonly string[] OfARow = ["name", "seed"];

    public static Command Make()
    {
        Argument<string> id = new("experiment") { Description = "An experiment's id." };
        Option<int> at = Flag.Required<int>("--at-step", "The step after which it goes on otherwise.");
        Option<string[]> set = Flag.Required<string[]>("--set", "What is different then: method.smooth=false; may be repeated.");
        Option<string> key = Flag.Optional<string>("--key", "The new sweep's id; a new one where nothing is given.");
        Option<bool> watch = Flag.Optional<bool>("--watch", "Follow it to its end.");
        ServerFlags flags = new();
        Command command = new("branch", "Goes on from a step of an experiment with something changed: same prompts, same random numbers.")
        {
            id, at, set, key, watch,
        };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            ViSurfClient client = flags.Connect(parsed);
            ExperimentView experiment = await client.GetExperimentAsync(parsed.GetRequiredValue(id), stop);
            SweepSpec sweep = await client.GetSweepSpecAsync(experiment.Sweep, stop);
            Fault.Unless(sweep.Search is null, FaultCode.SpecInvalid, experiment.Id,
                "is a trial of a search; allowed: an experiment of a sweep that tries what the search found");
            SweepCell cell = Sweep.Expand(sweep).Single(cell => $"{experiment.Sweep}/{cell.Spec.Id}" == experiment.Id);
            Fault.Unless(cell.Spec.Branch is null, FaultCode.SpecInvalid, experiment.Id,
                "is a branch itself; allowed: the experiment that it left, with all that is to be different");
            SweepSpec branched = Branched(cell.Spec, parsed.GetValue(at), parsed.GetValue(set)!) with
            {
                Schedule = sweep.ScheduleOf(cell.Row),
            };
            SubmitView submitted = parsed.GetValue(key) is { Length: > 0 } own
                ? await client.SubmitAsync(branched, own, stop)
                : await client.CreateAsync(branched, cancellationToken: stop);
            bool json = flags.IsJson(parsed);
            SubmitVerb.Print(submitted, json);
            return parsed.GetValue(watch)
                ? await WatchVerb.EndAsync(new(client, submitted.Sweep.Id, TimeProvider.System), json, stop)
                : 0;
        });
        return command;
    }

    // Beside the experiment itself, whose stages are done: the report compares the two.
    private static SweepSpec Branched(ExperimentSpec spec, int at, IReadOnlyList<string> set)
    {
        JsonObject fields = JsonSerializer.SerializeToNode(spec, SpecJson.Options)!.AsObject();
        foreach (string own in OfARow)
        {
            fields.Remove(own);
        }

        JsonObject branch = new() { ["atStep"] = at, ["set"] = new JsonObject(set.Select(Read)) };
        return new()
        {
            Name = $"{spec.Name.Replace('/', '-')}-branch",
            Base = fields,
            Seeds = [spec.Seed],
            Rows =
            [
                new() { Method = spec.Method.Name },
                new()
                {
                    Method = spec.Method.Name,
                    As = string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", set)} from step {at}"),
                    Set = new Dictionary<string, JsonNode> { ["branch"] = branch },
                },
            ],
        };
    }

    private static KeyValuePair<string, JsonNode?> Read(string text)
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        Fault.Unless(at > 0, FaultCode.SpecInvalid, "--set", $"is '{text}'; allowed: a field, =, its value, such as method.smooth=false");
        return new(text[..at], Value(text[(at + 1)..]));
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text); // a word
        }
    }
}
