using ViSurf.Sdk;

namespace ViSurf.Chaos.Invariants;

/// <summary>Who worked on what, and when.</summary>
internal static class Attempts
{
    /// <summary>Where something urgent waits for longer than this, it was passed over: a scheduler is rebuilt in less, and no back-off
    /// is longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Slots that are given at the same time are told in any order.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(1);

    private static readonly string[] WhatEndsAnAttempt =
    [
        EventKinds.StageCompleted, EventKinds.ExperimentRequeued, EventKinds.ExperimentCompleted, EventKinds.ExperimentFailed,
        EventKinds.ExperimentCancelled,
    ];

    public static IEnumerable<string> Gaps(Evidence all)
    {
        ILookup<string?, Happening> starts = Starts(all).ToLookup(start => start.Experiment);
        return
            from experiment in all.Experiments
            let attempts = starts[experiment.Id].Select(start => start.Attempt).ToList()
            where !attempts.SequenceEqual(Enumerable.Range(1, (int)experiment.Fence).Select(number => (long)number))
            select $"{experiment.Id} has the attempts {string.Join(", ", attempts)}; its last is {experiment.Fence}";
    }

    public static IEnumerable<string> StepsBack(Evidence all)
    {
        Dictionary<(string?, string), int> reached = [];
        foreach (Happening happened in all.Events)
        {
            string stage = happened.Data["stage"]?.ToString() ?? "";
            if (happened.Kind == EventKinds.CheckpointLost)
            {
                reached.Clear(); // what was committed is gone, for whoever it was of
            }
            else if (happened.Kind == EventKinds.StageStarted)
            {
                int from = (int)happened.Data["fromStep"]!;
                int before = reached.GetValueOrDefault((happened.Experiment, stage));
                reached[(happened.Experiment, stage)] = from;
                if (from < before)
                {
                    yield return
                        $"{happened.Experiment}: attempt {happened.Attempt} at {stage} began at step {from}, one before it at {before}";
                }
            }
        }
    }

    /// <remarks>
    /// A slot may be given other work a moment before the row of what it lost says so; what it lost must then be given back, and
    /// nothing of it be taken.
    /// </remarks>
    public static IEnumerable<string> DoubleLeases(Evidence all)
    {
        Dictionary<string, Happening> holders = []; // the start of what it works on, by slot
        Dictionary<string, (Happening Start, string Problem)> pushedOut = []; // by experiment
        foreach (Happening happened in all.Events.Where(happened => happened.Experiment is not null))
        {
            string experiment = happened.Experiment!;
            if (happened.Kind == EventKinds.StageStarted)
            {
                string slot = happened.Data["slot"]!.ToString();
                if (holders.TryGetValue(slot, out Happening? other) && other.Experiment != experiment)
                {
                    pushedOut[other.Experiment!] = (other, $"{slot} was given {experiment} while it held {other.Id}");
                }

                holders[slot] = happened;
            }
            else if (WhatEndsAnAttempt.Contains(happened.Kind))
            {
                if (pushedOut.Remove(experiment, out var two) && happened.Kind != EventKinds.ExperimentRequeued)
                {
                    yield return $"{two.Problem}, whose {happened.Kind} was taken";
                }

                foreach (string slot in holders.Where(pair => pair.Value.Experiment == experiment).Select(pair => pair.Key).ToList())
                {
                    holders.Remove(slot);
                }
            }
        }

        foreach ((_, string problem) in pushedOut.Values)
        {
            yield return $"{problem}, which was never given back";
        }
    }

    /// <remarks>Judged by experiments that had a lease before: one that never had may wait for a stage of another.</remarks>
    public static IEnumerable<string> Overtaken(Evidence all)
    {
        Dictionary<string, int> priorities = all.Experiments.ToDictionary(experiment => experiment.Id, experiment => experiment.Priority);
        ILookup<string?, DateTimeOffset> starts = Starts(all).ToLookup(start => start.Experiment, start => start.At);
        Dictionary<string, DateTimeOffset> waiting = [];
        foreach (Happening happened in all.Events.Where(happened => priorities.ContainsKey(happened.Experiment ?? "")))
        {
            string experiment = happened.Experiment!;
            waiting.Remove(experiment);
            if (happened.Kind == EventKinds.ExperimentRequeued)
            {
                waiting[experiment] = happened.At;
            }

            foreach ((string passed, DateTimeOffset since) in waiting.Where(_ => happened.Kind == EventKinds.StageStarted))
            {
                if (priorities[passed] > priorities[experiment] && happened.At - since > Patience
                    && !starts[passed].Any(start => (start - happened.At).Duration() <= Together))
                {
                    yield return
                        $"{happened.Data["slot"]} was given {experiment} while the more urgent {passed} had waited since {since:O}";
                }
            }
        }
    }

    private static IEnumerable<Happening> Starts(Evidence all) => all.Events.Where(happened => happened.Kind == EventKinds.StageStarted);
}
