using ViSurf.Sdk;
using ViSurf.Training.Model;

namespace ViSurf.Training.Planning;

/// <summary>How many numbers a model has, and how many of them a spec trains.</summary>
/// <param name="Weights">All weights.</param>
/// <param name="Trained">Weights or adapters that get gradients.</param>
/// <param name="LargestTrained">Of the largest trained tensor.</param>
/// <param name="HasAdapters">Whether adapters are trained in the weights' place.</param>
/// <param name="TrainsVision">Whether any of it is in the vision tower: backward goes there, and its activations are kept.</param>
public sealed record ModelSize(long Weights, long Trained, long LargestTrained, bool HasAdapters, bool TrainsVision)
{
    /// <summary>Counts on a model without numbers.</summary>
    /// <exception cref="Fault">SpecInvalid: a pattern of model.freeze or model.lora.targets matches nothing.</exception>
    public static ModelSize Of(ModelConfig config, ModelSpec spec)
    {
        using var scope = NewDisposeScope();
        using VisionLanguageModel model = new(config, new ShapeOnly());
        model.Freeze(spec.Freeze ?? []);
        long weights = model.Weights.Count;
        long[] trained = spec.Lora is null
            ? [.. model.Weights.Named.Where(pair => pair.Value.requires_grad).Select(pair => pair.Value.numel())]
            : LoraAdapters.Counts(model, spec.Lora);
        bool trainsVision = spec.Lora is null
            ? model.Weights.Named.Any(pair => pair.Value.requires_grad && pair.Key.StartsWith("visual.", StringComparison.Ordinal))
            : spec.Lora.Vision == VisionPart.Trained;
        return new(weights, trained.Sum(), trained.Max(), spec.Lora is not null, trainsVision);
    }
}
