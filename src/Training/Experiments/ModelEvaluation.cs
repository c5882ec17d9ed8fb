using ViSurf.Training.Benchmarks;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Policies;

namespace ViSurf.Training.Experiments;

/// <summary>Measures one model on everything that a plan asks for.</summary>
public static class ModelEvaluation
{
    /// <param name="weightsFile">The trained weights; null measures the model before training.</param>
    /// <param name="stop">Looked at between batches.</param>
    public static IReadOnlyList<Measurement> Run(ExperimentPlan plan, string? weightsFile, CancellationToken stop)
    {
        using Policy policy = Policy.Load(plan.ModelFolder, weightsFile);
        Evaluator evaluator = new(policy, new(plan.Spec.Method.MaxTokens));
        ItemScore[] trained = evaluator.Score(plan.Benchmark, plan.Spec.Data.Prompt, plan.TrainedItems(), plan.Frame, stop);
        return
        [
            .. plan.Measurements.Select(task =>
            {
                Benchmark benchmark = Catalogs.Benchmarks.Make(task.Benchmark, "data.benchmark");
                return new Measurement(task.Role, task.Benchmark, task.Prompt,
                    evaluator.Score(benchmark, task.Prompt, plan.Items(task), null, stop));
            }),
            new(MeasurementRole.Trained, plan.Spec.Data.Benchmark, plan.Spec.Data.Prompt, trained),
        ];
    }
}
