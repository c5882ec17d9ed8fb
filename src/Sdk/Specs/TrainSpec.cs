namespace ViSurf.Sdk;

/// <summary>How a stage walks through its prompts and steps its weights.</summary>
public abstract record TrainSpec
{
    /// <summary>Prompts of the stage (P); a multiple of <see cref="PromptsPerStep"/>.</summary>
    public int Prompts { get; init; } = 10_240;

    /// <summary>Prompts of one step: one batch of rollouts.</summary>
    public int PromptsPerStep { get; init; } = 16;

    /// <summary>Into how many mini-batches a step's prompts are split, each with an optimiser update of its own.</summary>
    public int MiniBatches { get; init; } = 1;

    /// <summary>How often the step's batch is walked through.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Prompts whose gradients are computed at a time; 0 is all of a mini-batch. Changes memory, not the result.</summary>
    public int MicroPrompts { get; init; }

    /// <summary>The learning rate after warm-up.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>How the learning rate falls.</summary>
    public Schedule Schedule { get; init; } = Schedule.Linear;

    /// <summary>The share of the learning rate that is left at the end of a falling schedule.</summary>
    public double FinalShare { get; init; } = 0.3;

    /// <summary>Steps over which the learning rate rises from 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>AdamW's decay, applied to the weights, not to the gradient.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>AdamW's memory of the gradient.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's memory of the squared gradient.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to AdamW's denominator.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The norm to which longer gradients are cut; 0 cuts none.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Steps between two checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 40;

    /// <summary>Steps between two measurements on the dev split; 0 measures none during training.</summary>
    public int EvaluateEvery { get; init; } = 80;

    internal void Check(string path)
    {
        Limit.Between(PromptsPerStep, 1, 100_000, $"{path}.promptsPerStep");
        Limit.Between(Prompts, 1, 1_000_000_000, $"{path}.prompts");
        Limit.Multiple(Prompts, PromptsPerStep, $"{path}.prompts", "promptsPerStep");
        Limit.Between(MiniBatches, 1, PromptsPerStep, $"{path}.miniBatches");
        Limit.Multiple(PromptsPerStep, MiniBatches, $"{path}.promptsPerStep", "miniBatches");
        Limit.Between(Epochs, 1, 100, $"{path}.epochs");
        Limit.Between(MicroPrompts, 0, PromptsPerStep, $"{path}.microPrompts");
        Limit.Between(LearningRate, 0, 1, $"{path}.learningRate");
        Limit.Between(FinalShare, 0, 1, $"{path}.finalShare");
        Limit.Between(WarmupSteps, 0, 1_000_000_000, $"{path}.warmupSteps");
        Limit.Between(WeightDecay, 0, 10, $"{path}.weightDecay");
        Limit.Between(Beta1, 0, 0.99999, $"{path}.beta1");
        Limit.Between(Beta2, 0, 0.99999, $"{path}.beta2");
        Limit.Between(Epsilon, 1e-16, 1, $"{path}.epsilon");
        Limit.Between(ClipNorm, 0, 1e9, $"{path}.clipNorm");
        Limit.Between(CheckpointEvery, 1, 1_000_000_000, $"{path}.checkpointEvery");
        Limit.Between(EvaluateEvery, 0, 1_000_000_000, $"{path}.evaluateEvery");
    }
}

/// <summary>The optimisation of the sft stage.</summary>
public sealed record SftSpec : TrainSpec
{
    /// <summary>The defaults of supervised training.</summary>
    public SftSpec()
    {
        PromptsPerStep = 32;
        LearningRate = 5e-4;
    }
}

/// <summary>The optimisation of the rlvr and visurf stages.</summary>
public sealed record RlSpec : TrainSpec;

/// <summary>How the learning rate falls over a stage.</summary>
public enum Schedule
{
    /// <summary>In a straight line to the final share.</summary>
    Linear,

    /// <summary>Along half a cosine to the final share.</summary>
    Cosine,

    /// <summary>Not at all.</summary>
    Constant,
}
