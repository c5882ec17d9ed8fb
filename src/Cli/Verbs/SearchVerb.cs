using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ViSurf.Cli.Output;
using ViSurf.Sdk;

namespace ViSurf.Cli.Verbs;

/// <summary>visurf search: the trials of a search, and where each stands.</summary>
internal static class SearchVerb
{
    public static Command Make()
    {
        Argument<string> id = new("id") { Description = "The search's key." };
        ServerFlags flags = new();
        Command command = new("search", "Shows the trials of a search and where each stands.") { id };
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            ViSurfClient client = flags.Connect(parsed);
            string asked = parsed.GetRequiredValue(id);
            SearchView search = await client.GetSearchAsync(asked, stop);
            List<TrialView> trials = await client.ListTrialsAsync(asked, stop).ToListAsync(stop);
            if (flags.IsJson(parsed))
            {
                JsonObject json = JsonSerializer.SerializeToNode(search, SpecJson.Options)!.AsObject();
                json["list"] = JsonSerializer.SerializeToNode(trials, SpecJson.Options);
                Console.Out.WriteLine(json.ToJsonString(SpecJson.Options));
            }
            else
            {
                Print(search, trials);
            }

            return 0;
        });
        return command;
    }

    private static void Print(SearchView search, List<TrialView> trials)
    {
        string counts = string.Join(", ", search.Trials.OrderBy(pair => pair.Key)
            .Select(pair => $"{pair.Value} {SpecJson.Word(pair.Key)}"));
        SearchSpec spec = search.Spec;
        Console.Out.WriteLine($"{SpecJson.Word(spec.Sampler)}, stopping {SpecJson.Word(spec.Stopping)}: "
            + $"{search.Made} of at most {spec.Trials} trials: {counts}");
        Show.Table(
            [
                "", "trial", .. search.Rungs.Select(rung => spec.Rungs is null ? spec.Measure : $"{spec.Measure} at {rung}"),
                "stands", "why",
            ],
            trials.Select(trial => (string[])
            [
                $"{trial.Number}", trial.Row, .. search.Rungs.Select(rung => Score(trial.Rungs.FirstOrDefault(one => one.Prompts == rung))),
                SpecJson.Word(trial.Phase), trial.Reason ?? "",
            ]));
        if (search.Best is { } best)
        {
            Console.Out.WriteLine($"best so far: {best.Row}, {Score(best.Rungs.Last(rung => rung.Mean is not null))}");
        }
    }

    // A tilde where the trial went on because it could not be told to be worse.
    private static string Score(TrialRungView? rung) => rung?.Mean is not { } mean ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{mean:0.000}{(rung.Deviation is { } deviation ? $" ({deviation:0.000})" : "")}")
            + (rung.IsReprieved ? " ~" : "");
}
