using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;
using ViSurf.Training.Model;

namespace ViSurf.Grains;

/// <summary>Names the stages of an experiment by what the training core says determines them.</summary>
public sealed class StagePlanner(Atlas atlas) : IStagePlanner
{
    /// <summary>The name of the stage after all training.</summary>
    public const string Evaluate = "evaluate";

    /// <summary>The key of a stage that a sweep shares with nobody.</summary>
    public static string OwnKey(string key, string sweep) => $"{key}-{sweep}";

    /// <summary>What the training core calls the stage with this key.</summary>
    public static string SharedKey(string key) => key.Split('-', 2)[0];

    public IReadOnlyList<StagePlan> Plan(ExperimentSpec spec, bool isPreview = false)
    {
        ExperimentPlan plan = new(spec, atlas, isPreview);
        Fault.Unless(isPreview || ModelFolder.HasWeights(plan.ModelFolder), FaultCode.NotFound, "model.path",
            $"'{spec.Model.Path}' holds no weights; without them it can be planned with, and nothing else");
        return
        [
            .. plan.Stages.Select(stage => new StagePlan(stage.Name, stage.Key, stage.Settings.End)),
            new(Evaluate, plan.EvaluationKey, Steps: 1),
        ];
    }
}
