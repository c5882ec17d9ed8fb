using ViSurf.Sdk;

namespace ViSurf.Training.Pretraining;

/// <summary>How the base model of the mini benchmarks is made.</summary>
public sealed record PretrainSpec
{
    /// <summary>The seed of the weights and of every picture.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Steps in which the vision tower alone learns what each patch shows.</summary>
    public int VisionSteps { get; init; } = 2_000;

    /// <summary>Steps in which the whole model learns the old tasks.</summary>
    public int Steps { get; init; } = 4_000;

    /// <summary>Examples of one step.</summary>
    public int Batch { get; init; } = 64;

    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Weight of the patch-class loss while the whole model learns.</summary>
    public double PatchWeight { get; init; } = 0.3;

    /// <summary>The share of prompts that ask for a thought; the others want the answer alone.</summary>
    public double ThinkShare { get; init; } = 0.65;

    /// <summary>The optimiser's settings over all steps.</summary>
    internal RlSpec Training(int steps) => new()
    {
        PromptsPerStep = Batch,
        Prompts = Batch * steps,
        LearningRate = LearningRate,
        WarmupSteps = Math.Min(100, steps / 10),
        Schedule = Schedule.Cosine,
        FinalShare = 0.02,
    };
}
