namespace ViSurf.Sdk;

/// <summary>An experiment as it stands.</summary>
public sealed record ExperimentView
{
    /// <summary>The sweep's id, a slash, the spec's id.</summary>
    public required string Id { get; init; }

    /// <summary>The sweep it belongs to.</summary>
    public required string Sweep { get; init; }

    /// <summary>Its row in the sweep's table.</summary>
    public required string Row { get; init; }

    /// <summary>The seed of every draw.</summary>
    public required int Seed { get; init; }

    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>Where it stands.</summary>
    public required Phase Phase { get; init; }

    /// <summary>All of its stages, in order; the last is evaluate.</summary>
    public required IReadOnlyList<StagePlan> Stages { get; init; }

    /// <summary>The stage that it is at, counted from 0; the number of stages where all are done.</summary>
    public required int StageIndex { get; init; }

    /// <summary>The step of the last checkpoint of that stage.</summary>
    public required int Step { get; init; }

    /// <summary>The number of its last attempt, which is its fence: 0 where it has not run.</summary>
    public required long Attempt { get; init; }

    /// <summary>The slot that holds its lease.</summary>
    public string? Slot { get; init; }

    /// <summary>Attempts that failed; preemptions and lost nodes do not count.</summary>
    public required int Failures { get; init; }

    /// <summary>Why it failed, was cancelled or went back to the queue.</summary>
    public string? Reason { get; init; }

    /// <summary>How its last attempt that ended early did so; none once the stage after it is reached.</summary>
    public FailureView? Failure { get; init; }

    /// <summary>What it waits for, each in a sentence, where it waits and is asked for alone.</summary>
    public IReadOnlyList<string> Waits { get; init; } = [];

    /// <summary>Where each stage that is done came from, in order.</summary>
    public IReadOnlyList<StageLineage> Lineage { get; init; } = [];

    /// <summary>When it was submitted.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When its first attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>One stage of an experiment.</summary>
/// <param name="Name">sft, rlvr, visurf or evaluate.</param>
/// <param name="Key">A hash of everything that determines the stage's result: experiments with one key share the stage.</param>
/// <param name="Steps">How many steps it has; 1 for evaluate.</param>
public sealed record StagePlan(string Name, string Key, int Steps);

/// <summary>Where a finished stage of an experiment came from.</summary>
public sealed record StageLineage
{
    /// <summary>The stage's key.</summary>
    public required string Key { get; init; }

    /// <summary>Whether another experiment trained it, or measured it.</summary>
    public required bool IsReused { get; init; }

    /// <summary>The experiment that did; none where an earlier version stored it and did not say.</summary>
    public string? By { get; init; }

    /// <summary>The checkpoint that it started from; none where it started from the base model.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>The checkpoint that it came to; none for evaluate.</summary>
    public string? Checkpoint { get; init; }
}
