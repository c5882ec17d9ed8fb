using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Grains;

/// <summary>Names the stages of an experiment by what the training core says determines them.</summary>
public sealed class StagePlanner(Atlas atlas) : IStagePlanner
{
    /// <summary>The name of the stage after all training.</summary>
    public const string Evaluate = "evaluate";

    public IReadOnlyList<StagePlan> Plan(ExperimentSpec spec)
    {
        ExperimentPlan plan = new(spec, atlas);
        return
        [
            .. plan.Stages.Select(stage => new StagePlan(stage.Name, stage.Key, stage.Settings.Steps)),
            new(Evaluate, plan.EvaluationKey, Steps: 1),
        ];
    }
}
