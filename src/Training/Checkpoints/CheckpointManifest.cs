using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Checkpoints;

/// <summary>What a checkpoint is: of which stage, after which step, and the hash of each of its files.</summary>
public sealed record CheckpointManifest
{
    /// <summary>Raised when the layout changes.</summary>
    public int Format { get; init; } = 1;

    public required string StageKey { get; init; }

    /// <summary>Steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Optimiser updates done.</summary>
    public required int Updates { get; init; }

    /// <summary>The experiment that was being trained.</summary>
    public required ExperimentSpec Spec { get; init; }

    /// <summary>The style in which labels are written; chosen before the first step.</summary>
    public required AnswerStyle LabelStyle { get; init; }

    public required StageCost Cost { get; init; }

    /// <summary>SHA-256 by file name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();
}
