using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Invariants;

/// <summary>Everything that is stored, read at one moment: what a run must be judged by.</summary>
internal sealed record Evidence
{
    public required IReadOnlyList<ExperimentRow> Experiments { get; init; }

    public required IReadOnlyList<KeptStage> Stages { get; init; }

    /// <summary>Steps that are stored, by stage, in their order.</summary>
    public required ILookup<string, int> Steps { get; init; }

    public required IReadOnlyList<StoredResult> Results { get; init; }

    /// <summary>In their order.</summary>
    public required IReadOnlyList<Happening> Events { get; init; }

    /// <summary>By name: bytes, and the SHA-256 of them.</summary>
    public required IReadOnlyDictionary<string, (long Length, string Sha256)> Blobs { get; init; }
}

/// <summary>A row of experiments.</summary>
internal sealed record ExperimentRow(string Id, string Sweep, Phase Phase, long Fence, int Priority);

/// <summary>A row of stages.</summary>
internal sealed record KeptStage(
    string Key, string Name, StageState State, string Owner, int Steps, Checkpoint? Last, Checkpoint? Previous);

/// <summary>A row of results.</summary>
internal sealed record StoredResult(string Experiment, long Fence, bool HasScores);

/// <summary>A row of events.</summary>
internal sealed record Happening(
    long Sequence, string Id, string Kind, string? Experiment, DateTimeOffset At, JsonObject Data, bool IsClosed)
{
    /// <summary>The attempt that a start, a requeue or a stage's end is about.</summary>
    public long Attempt => long.Parse(Id[(Id.LastIndexOf('/') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
