using System.Security.Cryptography;
using System.Text.Json;
using ViSurf.Sdk;
using ViSurf.Training.Experiments;

namespace ViSurf.Training.Trainer;

/// <summary>A hash of everything that determines a stage's result: two experiments with one key share the stage.</summary>
public static class StageKey
{
    /// <summary>Raised by hand in a change after which the same stage trains to other weights.</summary>
    public const int TrainingVersion = 1;

    /// <summary>Raised by hand in a change after which the same model is scored otherwise.</summary>
    public const int EvaluationVersion = 1;

    /// <param name="start">The identity of the model folder, or the key of the stage before.</param>
    /// <param name="examples">The identity of the examples.</param>
    public static string Of(string start, string examples, StageSettings stage)
    {
        object all = new
        {
            TrainingVersion,
            start,
            examples,
            method = stage.Spec,
            train = (object)stage.Train,
            benchmark = stage.Benchmark.BenchmarkName,
            stage.Prompt,
            frame = stage.Frame?.ToString(),
            stage.Seed,
        };
        return Hash(all);
    }

    /// <summary>The key of an evaluation: the model, and everything that it is asked.</summary>
    /// <param name="model">The key of the last training stage, or the identity of the model folder.</param>
    /// <param name="examples">The identity of the training examples, the first of which are asked again.</param>
    public static string OfEvaluation(string model, string examples, ExperimentPlan plan)
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
        return Hash(all);
    }

    private static string Hash(object all) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(all, SpecJson.Options)))[..16];
}
