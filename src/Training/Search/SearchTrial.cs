using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ViSurf.Sdk;

namespace ViSurf.Training.Search;

/// <summary>A point of a search's space, trained with every seed up to some rung.</summary>
public sealed record SearchTrial
{
    /// <summary>Which of the sampler's proposals it is, from 0; those that constraints left out are counted.</summary>
    public required long Number { get; init; }

    public required string Label { get; init; }

    public required IReadOnlyDictionary<string, JsonNode?> Coordinates { get; init; }

    /// <summary>The bracket it belongs to, from 0; there is one where the search is not by hyperband.</summary>
    public int Bracket { get; init; }

    /// <summary>The rungs it was sent to, in order.</summary>
    public required IReadOnlyList<TrialRung> Rungs { get; init; }

    /// <summary>Why it was stopped; null where it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stopped { get; init; }

    /// <summary>The last rung it was sent to.</summary>
    [JsonIgnore]
    public TrialRung Last => Rungs[^1];

    [JsonIgnore]
    public SearchPoint Point => new(Label, Coordinates);

    /// <summary>Whether it is being trained or scored.</summary>
    [JsonIgnore]
    public bool IsOpen => !Last.IsSettled;

    /// <summary>Whether a seed of it has no score and will have none.</summary>
    [JsonIgnore]
    public bool IsFailed => Last is { IsSettled: true, IsScored: false };

    /// <summary>Whether it was scored and waits to hear whether it goes on.</summary>
    /// <param name="lastRung">The rung at the end of training.</param>
    public bool IsPaused(int lastRung) => Stopped is null && Last.IsScored && Last.Rung < lastRung;

    /// <summary>Its scores at a rung; null where it has not all of them.</summary>
    public TrialRung? ScoredAt(int rung) => Rungs.FirstOrDefault(one => one.Rung == rung && one.IsScored);

    /// <summary>The trial, sent to a further rung.</summary>
    public SearchTrial Sent(int rung, int seeds) => this with { Rungs = [.. Rungs, TrialRung.Open(rung, seeds)] };
}

/// <summary>A trial at a rung.</summary>
/// <param name="Rung">From 0; the last is the end of training.</param>
/// <param name="Seeds">What came of each seed, in the sweep's order.</param>
public sealed record TrialRung(int Rung, IReadOnlyList<SeedOutcome> Seeds)
{
    /// <summary>Whether it goes on from here although its mean is not among those that do: it could not be told to be worse.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsReprieved { get; init; }

    /// <summary>The mean over seeds of the measure on items drawn again, as often as reports draw them; null where nobody drew.</summary>
    [JsonIgnore]
    public IReadOnlyList<double>? Resampled { get; init; }

    /// <summary>Whether all seeds have ended.</summary>
    [JsonIgnore]
    public bool IsSettled => Seeds.All(seed => seed.IsSettled);

    /// <summary>Whether all seeds have a score.</summary>
    [JsonIgnore]
    public bool IsScored => Seeds.All(seed => seed.Score is not null);

    /// <summary>The mean over seeds, once all have a score.</summary>
    [JsonIgnore]
    public double Mean => Seeds.Average(seed => seed.Score!.Value);

    public static TrialRung Open(int rung, int seeds) => new(rung, [.. Enumerable.Repeat(new SeedOutcome(), seeds)]);
}

/// <summary>What came of one seed of a trial at a rung: a score, or why there is none. Neither while it is open.</summary>
public sealed record SeedOutcome(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Score = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure = null)
{
    [JsonIgnore]
    public bool IsSettled => Score is not null || Failure is not null;
}
