using ViSurf.Training.Trainer;

namespace ViSurf.Training.Experiments;

/// <summary>A hash of everything that determines an evaluation's outcome: the model, and all that it is asked.</summary>
public static class EvaluationKey
{
    /// <summary>Raised by hand in a change after which the same model is scored otherwise.</summary>
    public const int EvaluationVersion = 1;

    /// <param name="model">The key of the last training stage, or the identity of the model folder.</param>
    /// <param name="examples">The identity of the training examples, the first of which are asked again.</param>
    public static string Of(string model, string examples, ExperimentPlan plan) => StageKey.Hash(new
    {
        EvaluationVersion,
        model,
        examples,
        benchmark = plan.Benchmark.BenchmarkName,
        plan.Spec.Data.Prompt,
        frame = plan.Frame?.ToString(),
        plan.Spec.Method.MaxTokens,
        plan.Spec.Evaluate.Items,
        plan.Measurements,
    });
}
