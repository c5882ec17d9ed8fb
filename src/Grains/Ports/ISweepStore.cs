using System.Text.Json.Serialization;
using ViSurf.Sdk;
using ViSurf.Training.Search;

namespace ViSurf.Grains;

/// <summary>Keeps sweeps.</summary>
public interface ISweepStore
{
    ValueTask<Stored<SweepState>?> ReadAsync(string id, CancellationToken stop = default);

    /// <exception cref="IOException">The outcome is unknown: whoever asked reads again.</exception>
    /// <returns>False where somebody else wrote since <paramref name="expected"/> was read: nothing was written.</returns>
    ValueTask<bool> WriteAsync(SweepState state, long expected, IReadOnlyList<EventRecord> events, CancellationToken stop = default);

    /// <summary>How many experiments of a sweep stand where.</summary>
    ValueTask<IReadOnlyDictionary<Phase, int>> CountAsync(string id, CancellationToken stop = default);

    /// <summary>Whether some experiment of a sweep has not ended.</summary>
    ValueTask<bool> HasOpenAsync(string id, CancellationToken stop = default);

    /// <summary>The experiments of a sweep that have not ended.</summary>
    ValueTask<IReadOnlyList<string>> OpenExperimentsAsync(string id, CancellationToken stop = default);

    /// <summary>The sweeps that have not ended.</summary>
    ValueTask<IReadOnlyList<string>> OpenAsync(CancellationToken stop = default);
}

/// <summary>What is true about one sweep.</summary>
public sealed record SweepState
{
    public int SchemaVersion { get; init; } = 1;

    public required string Id { get; init; }

    public required SweepSpec Spec { get; init; }

    public required int Revision { get; init; }

    public required SweepPhase Phase { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Every experiment of the sweep, as it was planned when it was submitted.</summary>
    public required IReadOnlyList<ExperimentOrder> Orders { get; init; }

    /// <summary>How many of them were handed over.</summary>
    public required int HandedOver { get; init; }

    /// <summary>When its hypotheses were taken; null where it has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreregistrationView? Preregistration { get; init; }

    /// <summary>What a search has tried, as far as it has been told; null where the sweep is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SearchTrial>? Trials { get; init; }

    /// <summary>Why its end was asked for; null where it was not.</summary>
    public string? CancelReason { get; init; }

    /// <summary>What is to be run again; null once all of it was told so.</summary>
    public RetryRequest? Retry { get; init; }
}
