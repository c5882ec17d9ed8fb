using ViSurf.Sdk;
using ViSurf.Training.Devices;
using ViSurf.Training.Experiments;
using ViSurf.Training.Model;
using ViSurf.Training.Pictures;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Planning;

/// <summary>What a training stage would take on a device.</summary>
/// <param name="Key">The stage's key.</param>
/// <param name="Hours">On one device.</param>
/// <param name="Disk">Bytes of the checkpoints that stay when it has ended: the last two, or the only one.</param>
public sealed record StageEstimate(string Key, MemoryPlan Memory, double Hours, long Disk)
{
    private const int CheckpointsKept = 2;

    /// <summary>Estimates the stages of an experiment from its model's configuration and its first examples.</summary>
    /// <exception cref="Fault">NotFound, FileDamaged or SpecInvalid: the model's folder does not tell.</exception>
    public static IReadOnlyList<StageEstimate> Of(ExperimentPlan plan, DeviceKind device)
    {
        (ModelConfig config, PromptShape prompt) = Known(plan);
        return [.. plan.Stages.Select(stage =>
        {
            MemoryPlan memory = MemoryPlan.Of(stage.Name, config, plan.Spec.Model, stage.Settings, prompt, device.Type);
            return new StageEstimate(stage.Key, memory, StageTime.Hours(config, plan.Spec.Model, stage.Settings, prompt, device),
                memory.Checkpoint * Math.Min(CheckpointsKept, Written(stage.Settings)));
        })];
    }

    // One each so many steps, and one at the end.
    private static int Written(StageSettings settings) =>
        (settings.Steps + settings.Train.CheckpointEvery - 1) / settings.Train.CheckpointEvery;

    /// <summary>Refuses a stage before it starts where it cannot fit.</summary>
    /// <param name="device">Where nobody says how much it has, nothing is refused.</param>
    /// <param name="sharing">Runs beside each other on the processor.</param>
    /// <exception cref="Fault">OutOfMemory, with the largest parts and what makes them smaller.</exception>
    public static void DemandFits(ExperimentPlan plan, PlannedStage stage, Device device, int sharing)
    {
        if (DeviceMemory.Of(device, sharing) is { } bytes)
        {
            (ModelConfig config, PromptShape prompt) = Known(plan);
            MemoryPlan.Of(stage.Name, config, plan.Spec.Model, stage.Settings, prompt, device.type).DemandFits(bytes);
        }
    }

    private static (ModelConfig Config, PromptShape Prompt) Known(ExperimentPlan plan)
    {
        ModelConfig config = ConfigFile.Read(Path.Combine(plan.ModelFolder, "config.json"));
        ImageProcessor images = new(Path.Combine(plan.ModelFolder, "preprocessor_config.json"), config.Vision);
        return (config, PromptShape.Of(plan.TrainedItems(), plan.Benchmark, config.Vision, images));
    }
}
