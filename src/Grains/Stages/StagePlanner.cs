using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;

namespace ViSurf.Grains;

/// <summary>Names the stages of an experiment by what the training core says determines them.</summary>
public sealed class StagePlanner : IStagePlanner
{
    /// <summary>The name of the stage after all training.</summary>
    public const string Evaluate = "evaluate";

    private readonly Lazy<Atlas> atlas = new(() => new Atlas(Assets.Objects));

    public IReadOnlyList<StagePlan> Plan(ExperimentSpec spec)
    {
        ExperimentPlan plan = new(spec, atlas.Value);
        return
        [
            .. plan.Stages.Select(stage => new StagePlan(stage.Name, stage.Key, stage.Settings.Steps)),
            new(Evaluate, plan.EvaluationKey, Steps: 1),
        ];
    }
}
