using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Experiments;

/// <summary>What an experiment came to: every item's outcome, and what it cost.</summary>
public sealed record ExperimentResult
{
    /// <summary>The hash of the spec.</summary>
    public required string Id { get; init; }

    public required ExperimentSpec Spec { get; init; }

    /// <summary>The training stages, in order; shared ones count fully for each experiment that needs them.</summary>
    public required IReadOnlyList<StageResult> Stages { get; init; }

    public required IReadOnlyList<Measurement> Measurements { get; init; }

    /// <summary>Prompts, tokens and processor time of all stages.</summary>
    public StageCost Cost() => Stages.Aggregate(new StageCost(), (sum, stage) => sum.Plus(stage.Cost));

    /// <summary>The measurement on the trained task.</summary>
    public Measurement Task() => Measurements.Single(measurement => measurement.Role == MeasurementRole.Task);
}

/// <summary>A measurement's outcome.</summary>
public sealed record Measurement(MeasurementRole Role, string Benchmark, PromptMode Prompt, IReadOnlyList<ItemScore> Items);
