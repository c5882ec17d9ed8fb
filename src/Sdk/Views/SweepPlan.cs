using System.Text.Json.Serialization;

namespace ViSurf.Sdk;

/// <summary>What a sweep would run, before anything is stored.</summary>
/// <param name="Name">The sweep's name.</param>
/// <param name="Cells">The experiments: rows times seeds, then the base model's own.</param>
/// <param name="TrainingStages">Training stages that will run: each key once.</param>
/// <param name="TrainingStagesAlone">Training stages, were none shared.</param>
/// <param name="StoredStages">Of all stages, evaluations included, those whose result is already stored.</param>
public sealed record SweepPlan(
    string Name, IReadOnlyList<PlannedCell> Cells, int TrainingStages, int TrainingStagesAlone, int StoredStages)
{
    /// <summary>The keys of those stages.</summary>
    public IReadOnlyList<string> StoredKeys { get; init; } = [];

    /// <summary>The most that a search may add to these; null where the sweep is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SearchBound? Search { get; init; }
}

/// <summary>One experiment of a plan.</summary>
/// <param name="Row">Its row in the sweep's table.</param>
/// <param name="Seed">The seed of every draw.</param>
/// <param name="Method">The method's name.</param>
/// <param name="SpecId">The hash of its spec.</param>
/// <param name="Stages">Its stages, in order.</param>
public sealed record PlannedCell(string Row, int Seed, string Method, string SpecId, IReadOnlyList<StagePlan> Stages);
