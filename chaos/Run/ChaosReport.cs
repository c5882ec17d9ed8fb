using System.Text.Json;
using ViSurf.Chaos.Invariants;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Run;

/// <summary>What a run came to.</summary>
internal sealed record ChaosReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required int Seed { get; init; }

    public required double Minutes { get; init; }

    /// <summary>How often each kind of mishap happened.</summary>
    public required IReadOnlyDictionary<string, int> Injected { get; init; }

    public required int Submitted { get; init; }

    public required int Finished { get; init; }

    /// <summary>Submitted, and without a result.</summary>
    public required int Lost { get; init; }

    /// <summary>With more than one result, or told twice to be complete.</summary>
    public required int Doubled { get; init; }

    /// <summary>Attempts that were given, and how they ended early.</summary>
    public required int Attempts { get; init; }

    public required IReadOnlyDictionary<string, int> EndedEarly { get; init; }

    /// <summary>Writes of attempts that had lost their lease: refused.</summary>
    public required int FencedWrites { get; init; }

    /// <summary>What contradicts each invariant that does not hold.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Broken { get; init; }

    /// <summary>Whether nothing is wrong, and every kind of mishap happened: a run without them shows nothing.</summary>
    public bool IsSound => Broken.Count == 0 && Lost == 0 && Doubled == 0 && Missed.Count == 0;

    private IReadOnlyList<string> Missed => [.. Injected.Where(pair => pair.Value == 0).Select(pair => pair.Key)];

    public static ChaosReport Of(
        ChaosOptions options, IReadOnlyDictionary<string, int> injected, int submitted, Evidence all, IEnumerable<string> lines)
    {
        ILookup<string?, Happening> ends = all.Events.Where(happened => happened.Kind == EventKinds.ExperimentCompleted)
            .ToLookup(happened => happened.Experiment);
        HashSet<string> withResult = [.. all.Results.Select(result => result.Experiment)];
        return new()
        {
            Seed = options.Seed,
            Minutes = options.Time.TotalMinutes,
            Injected = injected,
            Submitted = submitted,
            Finished = all.Experiments.Count(experiment => experiment.Phase == Phase.Succeeded),
            Lost = submitted - withResult.Count,
            Doubled = all.Results.Count - withResult.Count + ends.Count(end => end.Count() > 1),
            Attempts = all.Events.Count(happened => happened.Kind == EventKinds.StageStarted),
            EndedEarly = all.Events.Where(happened => happened.Kind == EventKinds.ExperimentRequeued)
                .CountBy(happened => happened.Data["kind"]?.ToString() ?? "neverBegan").OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .ToDictionary(),
            FencedWrites = lines.Count(line => line.Contains("gave way to attempt", StringComparison.Ordinal)),
            Broken = Invariant.All.Select(invariant => (invariant.Name, Lines: (IReadOnlyList<string>)[.. invariant.Broken(all)]))
                .Where(pair => pair.Lines.Count > 0).ToDictionary(pair => pair.Name, pair => pair.Lines),
        };
    }

    public string Json() => JsonSerializer.Serialize(this, Indented);

    public string Text() => string.Join('\n',
    [
        $"seed {Seed}, {Minutes} min",
        .. Injected.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"  {pair.Value,3} x {pair.Key}"),
        $"{Finished} of {Submitted} experiments finished; {Lost} lost, {Doubled} doubled; {FencedWrites} fenced writes",
        $"{Attempts} attempts; ended early: {string.Join(", ", EndedEarly.Select(pair => $"{pair.Value} {pair.Key}"))}",
        .. Broken.SelectMany(pair => pair.Value.Take(10).Prepend($"BROKEN: {pair.Key} ({pair.Value.Count})")),
        IsSound ? $"all {Invariant.All.Count} invariants hold" : $"NOT SOUND{(Missed.Count == 0 ? "" : $": {Missed[0]} did not happen")}",
    ]);
}
