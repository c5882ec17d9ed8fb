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
            double hours = StageTime.Hours(config, plan.Spec.Model, stage.Settings, prompt, device);
            return new StageEstimate(stage.Key, memory, hours * Own(stage.Settings) / stage.Settings.Steps,
                memory.Checkpoint * Math.Min(CheckpointsKept, Written(stage.Settings)));
        })];
    }

    // One each so many steps, and one at the end.
    private static int Written(StageSettings settings) =>
        (Own(settings) + settings.Train.CheckpointEvery - 1) / settings.Train.CheckpointEvery;

    // Of a part of a training, its own steps.
    private static int Own(StageSettings settings) => settings.End - settings.From;

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
