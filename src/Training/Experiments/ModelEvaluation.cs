using ViSurf.Training.Benchmarks;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Policies;

namespace ViSurf.Training.Experiments;

/// <summary>Measures one model on everything that a plan asks for.</summary>
public static class ModelEvaluation
{
    /// <param name="weightsFile">The trained weights; null measures the model before training.</param>
    /// <param name="stop">Looked at between batches.</param>
    public static IReadOnlyList<Measurement> Run(ExperimentPlan plan, string? weightsFile, Device device, CancellationToken stop)
    {
        using Policy policy = Policy.Load(plan.ModelFolder, plan.Spec.Model, plan.Spec.Seed, weightsFile, device);
        Evaluator evaluator = new(policy, new(plan.Spec.Method.MaxTokens) { BatchTokens = BatchTokens(plan) });
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

    // What the last stage trained with fits here too.
    private static int BatchTokens(ExperimentPlan plan) =>
        plan.Stages.Count > 0 && plan.Stages[^1].Settings.Train.MicroTokens is > 0 and int tokens ? tokens : plan.Spec.Rl.MicroTokens;
}
