using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>Where a search stands.</summary>
public sealed record SearchView
{
    /// <summary>How it searches.</summary>
    public required SearchSpec Spec { get; init; }

    /// <summary>The prompts of each rung, the end of training last; one rung, said as 0, where trials are not stopped.</summary>
    public required IReadOnlyList<int> Rungs { get; init; }

    /// <summary>How many trials were made.</summary>
    public required int Made { get; init; }

    /// <summary>How many of them stand where.</summary>
    public required IReadOnlyDictionary<TrialPhase, int> Trials { get; init; }

    /// <summary>The trial with the best mean at the highest rung where any was scored; null where none was.</summary>
    public TrialView? Best { get; init; }
}

/// <summary>A trial of a search: a point of its space with all of the sweep's seeds.</summary>
public sealed record TrialView
{
    /// <summary>Its place, from 1, in the order in which trials were made.</summary>
    public required int Number { get; init; }

    /// <summary>What its row is called where it was trained to the end.</summary>
    public required string Row { get; init; }

    /// <summary>As <see cref="SweepCell.Coordinates"/>.</summary>
    public required IReadOnlyDictionary<string, JsonNode?> Coordinates { get; init; }

    /// <summary>Where it stands.</summary>
    public required TrialPhase Phase { get; init; }

    /// <summary>Why it was stopped or failed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The rungs that it was sent to.</summary>
    public required IReadOnlyList<TrialRungView> Rungs { get; init; }
}

/// <summary>A trial at a rung.</summary>
public sealed record TrialRungView
{
    /// <summary>Prompts trained.</summary>
    public required int Prompts { get; init; }

    /// <summary>The score of each seed, in the sweep's order; null where there is none yet.</summary>
    public required IReadOnlyList<double?> Scores { get; init; }

    /// <summary>Their mean, once all are there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Mean { get; init; }

    /// <summary>Their standard deviation, of a sample; null with one seed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Deviation { get; init; }

    /// <summary>Whether it went on although its mean was not among those that did: it could not be told to be worse.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsReprieved { get; init; }
}

/// <summary>Where a trial stands.</summary>
public enum TrialPhase
{
    /// <summary>It is trained to its first rung, and scored there.</summary>
    Running,

    /// <summary>It is trained to a further rung, and scored there.</summary>
    Promoted,

    /// <summary>It was scored, and waits to hear whether it goes on.</summary>
    Waiting,

    /// <summary>It does not go on.</summary>
    Stopped,

    /// <summary>It was trained to the end and scored.</summary>
    Finished,

    /// <summary>A seed of it failed: it has no score.</summary>
    Failed,
}

/// <summary>The most that a search may come to.</summary>
/// <param name="Experiments">Experiments, the base model's own included.</param>
/// <param name="Prompts">Prompts of one training to its end; 0 where trials are not stopped, and may differ in it.</param>
/// <param name="Steps">Steps of all trainings, were each trained to its end.</param>
public sealed record SearchBound(int Experiments, int Prompts, long Steps);
