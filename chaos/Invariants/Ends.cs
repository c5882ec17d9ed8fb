using ViSurf.Sdk;

namespace ViSurf.Chaos.Invariants;

/// <summary>How experiments ended, and what was told of it.</summary>
internal static class Ends
{
    public static IEnumerable<string> NotSucceeded(Evidence all) =>
        from experiment in all.Experiments
        where experiment.Phase != Phase.Succeeded
        select $"{experiment.Id} is {SpecJson.Word(experiment.Phase)}: {LastReason(all, experiment.Id)}";

    public static IEnumerable<string> WrongResults(Evidence all)
    {
        ILookup<string, StoredResult> results = all.Results.ToLookup(result => result.Experiment);
        return
            from experiment in all.Experiments
            let own = results[experiment.Id].ToList()
            where own.Count != 1 || own[0].Fence != experiment.Fence || !own[0].HasScores
            select own.Count != 1 ? $"{experiment.Id} has {own.Count} results"
                : own[0].HasScores ? $"{experiment.Id} has a result of attempt {own[0].Fence}; its last is {experiment.Fence}"
                : $"{experiment.Id} has a result without scores";
    }

    public static IEnumerable<string> WrongEnds(Evidence all)
    {
        ILookup<string?, Happening> ends = all.Events.Where(happened => happened.Kind == EventKinds.ExperimentCompleted)
            .ToLookup(happened => happened.Experiment);
        return
            from experiment in all.Experiments
            let count = ends[experiment.Id].Count()
            where count != 1
            select $"{experiment.Id} was told to be complete {count} times";
    }

    public static IEnumerable<string> OpenEvents(Evidence all) =>
        all.Events.Where(happened => !happened.IsClosed).Select(happened => $"{happened.Id} ({happened.Kind}) is open");

    private static string LastReason(Evidence all, string experiment) =>
        all.Events.LastOrDefault(happened => happened.Experiment == experiment && happened.Data.ContainsKey("reason"))
            ?.Data["reason"]?.ToString() ?? "no reason was told";
}
