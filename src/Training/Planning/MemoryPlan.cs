using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Planning;

/// <summary>What a stage will hold at its peak, estimated from config.json and the spec alone.</summary>
/// <remarks>
/// What stands always: weights, optimiser, reference, the libraries, and on the processor the checkpoint that is being written.
/// Beside it, in turn: keys and values of sampling; log-probabilities before a step's first update; gradients and activations of a
/// micro-batch; the optimiser's working space. The peak is the largest of these. Sizes of activations follow what each operator of
/// the decoder and the vision tower keeps for its gradient; docs/memory.md has the measured error.
/// </remarks>
public sealed record MemoryPlan(string Stage, IReadOnlyList<MemoryPart> Standing, IReadOnlyList<MemoryPart> InTurn)
{
    private const long Runtime = 100L << 20; // libtorch's own buffers, and what its allocator cannot use again: measured
    private const long GpuRuntime = 600L << 20; // the context, kernels, workspaces of products: a guess, not measured
    private const long RoundedAtATime = 40; // bytes of a number while it is rounded by chance

    /// <summary>Bytes of a checkpoint: the weights it keeps, and the optimiser.</summary>
    public long Checkpoint { get; init; }

    /// <summary>Bytes at the peak.</summary>
    public long Peak => Standing.Sum(part => part.Bytes) + InTurn.Max(part => part.Bytes);

    /// <summary>Estimates a stage.</summary>
    /// <exception cref="Fault">SpecInvalid: a pattern of model.freeze or model.lora.targets matches nothing.</exception>
    public static MemoryPlan Of(string stage, ModelConfig config, ModelSpec model, StageSettings settings, PromptShape prompt,
        DeviceType device = DeviceType.CPU)
    {
        ModelSize size = ModelSize.Of(config, model);
        long narrow = model.Dtype == WeightType.Float32 ? 4 : 2;
        long wide = size.HasAdapters ? 4 : narrow;
        bool isNarrow = wide == 2;
        bool hasMasters = isNarrow && settings.Train.Weights == WeightStep.Master;
        bool hasReference = settings.AsksModelBefore && !size.HasAdapters;
        ActivationSize activations = new(config, size, model, settings, prompt, device);
        long gradients = size.Trained * wide;
        long optimiser = size.Trained * (hasMasters ? 12 : 8);
        long kept = size.HasAdapters ? size.Trained * wide : size.Weights * narrow;
        long rounding = isNarrow && !hasMasters
            ? (10 * size.LargestTrained) + (RoundedAtATime * Math.Min(size.LargestTrained, StochasticRounding.Window)) : 0;
        MemoryPart[] standing =
        [
            new("weights", (size.Weights * narrow) + (size.HasAdapters ? size.Trained * wide : 0)),
            new("optimiser", optimiser),
            new("runtime", device == DeviceType.CPU ? Runtime : GpuRuntime),
            new("checkpoint", device == DeviceType.CPU ? kept + optimiser : 0),
            new("reference", hasReference ? size.Weights * narrow : 0),
        ];
        MemoryPart[] inTurn =
        [
            new("sampling", activations.Sampling),
            new("old", activations.Old),
            new("training", gradients + activations.Training),
            new("step", gradients + (2 * 4 * size.LargestTrained) + rounding),
        ];
        return new(stage, [.. standing.Where(part => part.Bytes > 0)], [.. inTurn.Where(part => part.Bytes > 0)])
        {
            Checkpoint = kept + optimiser,
        };
    }

    /// <summary>Refuses a stage that cannot fit, with what would make it smaller.</summary>
    /// <param name="available">Bytes of the device.</param>
    /// <exception cref="Fault">OutOfMemory, before anything is started.</exception>
    public void DemandFits(long available) => Fault.Unless(Peak <= available, FaultCode.OutOfMemory, Stage,
        $"needs about {Gib(Peak)} and the device has {Gib(available)}; the largest parts are "
        + string.Join(", ", Standing.Concat(InTurn).OrderByDescending(part => part.Bytes).Take(3)
            .Select(part => $"{part.Name} {Gib(part.Bytes)}"))
        + $"; {Advice}");

    /// <summary>What makes a stage smaller.</summary>
    public const string Advice = "what makes it smaller: model.dtype bfloat16, model.lora, model.freeze, train.weights stochastic, "
        + "train.recompute, train.microTokens, train.logitChunk, method.klWeight 0";

    private static string Gib(long bytes) => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.00} GiB");
}

/// <param name="Bytes">At its largest.</param>
public sealed record MemoryPart(string Name, long Bytes);
