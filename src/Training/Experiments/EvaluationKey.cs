using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Experiments;

/// <summary>A hash of everything that determines an evaluation's outcome: the model, and all that it is asked.</summary>
public static class EvaluationKey
{
    /// <summary>Raised by hand in a change after which the same model is scored otherwise.</summary>
    public const int EvaluationVersion = 1;

    /// <param name="model">The key of the last training stage, or the identity of the model folder.</param>
    /// <param name="examples">The identity of the training examples, the first of which are asked again.</param>
    public static string Of(string model, string examples, ExperimentPlan plan)
    {
        object all = new
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
        };
        // A stage's key knows how its model is held; that of a folder does not. Adapters that nobody trained change nothing.
        ModelSpec plain = new() { Path = "" };
        ModelSpec held = plain with { Dtype = plan.Spec.Model.Dtype, Attention = plan.Spec.Model.Attention };
        return StageKey.Hash(plan.Stages.Count > 0 || held == plain ? all : new { all, model = held });
    }
}
