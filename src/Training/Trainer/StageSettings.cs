using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Methods;

namespace ViSurf.Training.Trainer;

/// <summary>What one training stage works with: its method, its numbers, its benchmark.</summary>
public sealed record StageSettings
{
    public required Method Method { get; init; }

    /// <summary>The switches that the method reads.</summary>
    public required MethodSpec Spec { get; init; }

    /// <summary>How the stage is optimised.</summary>
    public required TrainSpec Train { get; init; }

    public required Benchmark Benchmark { get; init; }

    public required PromptMode Prompt { get; init; }

    /// <summary>The frame of the examples' coordinates; null is each picture's own pixels.</summary>
    public Geometry.Frame? Frame { get; init; }

    public required int Seed { get; init; }

    /// <summary>How weights are held and which are trained, without the path; null where all stand at their defaults.</summary>
    public ModelSpec? Model { get; init; }

    /// <summary>How labels are written.</summary>
    public AnswerStyle LabelStyle { get; init; }

    /// <summary>Steps of the stage.</summary>
    public int Steps => Train.Prompts / Train.PromptsPerStep;

    /// <summary>Whether the model before training is asked too: by a divergence from it, or for rollouts.</summary>
    public bool AsksModelBefore => Spec.KlWeight > 0 || Method.SamplesBefore;

    /// <summary>The step that it begins after: 0, unless it is a branch.</summary>
    public int From { get; init; }

    /// <summary>Where it ends early, for branches to go on from; null where it does not.</summary>
    public int? Until { get; init; }

    /// <summary>The step after which it is done.</summary>
    public int End => Until ?? Steps;
}
