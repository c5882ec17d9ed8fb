using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>A sweep as it stands.</summary>
public sealed record SweepView
{
    /// <summary>The sweep's key, or the id it was given.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>1, and one more with each extension.</summary>
    public required int Revision { get; init; }

    /// <summary>Where it stands.</summary>
    public required SweepPhase Phase { get; init; }

    /// <summary>When it was first submitted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last experiment ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many experiments stand where.</summary>
    public required IReadOnlyDictionary<Phase, int> Experiments { get; init; }

    /// <summary>When its hypotheses were taken, where it has some and is asked for alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreregistrationView? Preregistration { get; init; }
}

/// <summary>Where a sweep stands.</summary>
public enum SweepPhase
{
    /// <summary>Some experiment has not ended.</summary>
    Running,

    /// <summary>Every experiment succeeded.</summary>
    Succeeded,

    /// <summary>Every experiment has ended, one at least without success.</summary>
    Failed,

    /// <summary>Somebody asked for its end, and every experiment has ended.</summary>
    Cancelled,
}

/// <summary>What a submission came to.</summary>
/// <param name="Outcome">What was done.</param>
/// <param name="Sweep">The sweep as it stands now.</param>
public sealed record SubmitView(SubmitOutcome Outcome, SweepView Sweep);

/// <summary>What a submission changed.</summary>
public enum SubmitOutcome
{
    /// <summary>A new sweep.</summary>
    Created,

    /// <summary>Nothing: the same sweep is already there.</summary>
    Unchanged,

    /// <summary>Experiments were added; those that were there stay as they are.</summary>
    Extended,

    /// <summary>The schedule or the retention: the experiments are those that were there.</summary>
    Rescheduled,
}
