namespace ViSurf.Grains;

/// <summary>Keeps experiments: each is written whole, in one transaction with everything that follows from the change.</summary>
public interface IExperimentStore
{
    ValueTask<Stored<ExperimentState>?> ReadAsync(string id, CancellationToken stop = default);

    ValueTask<StageRow?> ReadStageAsync(string key, CancellationToken stop = default);

    /// <summary>Writes all of it or nothing.</summary>
    /// <exception cref="IOException">The outcome is unknown: whoever asked reads again.</exception>
    ValueTask<WriteOutcome> WriteAsync(ExperimentWrite write, CancellationToken stop = default);

    /// <summary>Stores steps of a running attempt, and nothing else: the experiment's version stays. A step that is there already is
    /// replaced.</summary>
    /// <returns>Stale where the experiment does not run under this fence: nothing was written.</returns>
    /// <exception cref="IOException">The outcome is unknown: whoever asked asks again.</exception>
    ValueTask<WriteOutcome> WriteStepsAsync(string id, long fence, string stageKey, StepRows steps, CancellationToken stop = default);

    /// <summary>Experiments that wait for the stage with this key.</summary>
    ValueTask<IReadOnlyList<string>> WaitingForAsync(string stageKey, CancellationToken stop = default);
}

/// <summary>A value and its version: a write that expects another version is refused.</summary>
public sealed record Stored<T>(T Value, long Version);

/// <summary>A change of one experiment.</summary>
public sealed record ExperimentWrite
{
    public required string Id { get; init; }

    /// <summary>The version that was read; 0 where there was no row.</summary>
    public required long Expected { get; init; }

    public required ExperimentState State { get; init; }

    public IReadOnlyList<StageWrite> Stages { get; init; } = [];

    public IReadOnlyList<EventRecord> Events { get; init; } = [];

    /// <summary>The stage that <see cref="Steps"/> belong to.</summary>
    public string? StepsOf { get; init; }

    /// <summary>Steps to store; a step that is there already is replaced.</summary>
    public StepRows Steps { get; init; } = StepRows.None;

    /// <summary>An evaluation's outcomes, stored under its stage key unless they are there already.</summary>
    public (string StageKey, byte[] Measurements)? Evaluation { get; init; }

    public ResultRow? Result { get; init; }
}

/// <summary>What a write came to.</summary>
public enum WriteOutcome
{
    Written,

    /// <summary>Somebody else wrote this experiment since it was read. Nothing was written.</summary>
    Stale,

    /// <summary>A stage is not as the write expects it. Nothing was written.</summary>
    StageTaken,
}

/// <summary>An experiment's result: one row an experiment, written by its last attempt.</summary>
/// <param name="EvaluationKey">The stage whose measurements it reports.</param>
public sealed record ResultRow(
    string ExperimentId, string Sweep, string Row, int Seed, long Fence, DateTimeOffset At, string EvaluationKey);
