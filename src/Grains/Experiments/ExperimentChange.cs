using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>A command's outcome as data: the next state, and what is stored with it.</summary>
public sealed record ExperimentChange(ExperimentState Next)
{
    public IReadOnlyList<StageWrite> Stages { get; init; } = [];

    public IReadOnlyList<EventRecord> Events { get; init; } = [];

    public StepRows Steps { get; init; } = StepRows.None;

    public byte[]? Measurements { get; init; }

    public ResultRow? Result { get; init; }

    /// <summary>Whether the next state is at a stage that it has not arrived at: nothing is stored before that.</summary>
    public bool IsArriving { get; init; }

    /// <summary>This change and the one after it, as one.</summary>
    public ExperimentChange Then(ExperimentChange after) => this with
    {
        Next = after.Next,
        Stages = [.. Stages, .. after.Stages],
        Events = [.. Events, .. after.Events],
        Result = after.Result ?? Result,
        IsArriving = after.IsArriving,
    };

    /// <summary>The write of this change.</summary>
    /// <param name="expected">The version that the state before was read with.</param>
    /// <param name="stageKey">The stage that the state before was at.</param>
    public ExperimentWrite Write(string id, long expected, string stageKey) => new()
    {
        Id = id,
        Expected = expected,
        State = Next,
        Stages = Stages,
        Events = Events,
        StepsOf = stageKey,
        Steps = Steps,
        Evaluation = Measurements is null ? null : (stageKey, Measurements),
        Result = Result,
    };

    /// <summary>The stages that nobody needs to wait for any longer.</summary>
    public IEnumerable<string> Freed() => Stages.Where(stage => stage.Row.State != StageState.Claimed).Select(stage => stage.Row.Key);
}
