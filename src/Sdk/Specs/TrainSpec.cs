using System.Text.Json.Serialization;

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

    /// <summary>Tokens, padding included, whose gradients are computed at a time; 0 counts none. Splits groups too, which
    /// <see cref="MicroPrompts"/> does not, and stands in its place. Changes memory, not the result.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MicroTokens { get; init; }

    /// <summary>Whether each layer is computed again for its gradient in place of keeping what backward needs. Changes memory.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Recompute { get; init; }

    /// <summary>Tokens whose logits are in memory at a time; 0 is all of a micro-batch. Changes memory, not the result.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LogitChunk { get; init; }

    /// <summary>How a weight narrower than float32 is stepped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WeightStep Weights { get; init; }

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

    internal void Check(Mistakes wrong, string path)
    {
        bool hasPrompts = wrong.Between(PromptsPerStep, 1, 100_000, $"{path}.promptsPerStep");
        if (wrong.Between(Prompts, 1, 1_000_000_000, $"{path}.prompts") && hasPrompts)
        {
            wrong.Multiple(Prompts, PromptsPerStep, $"{path}.prompts", "promptsPerStep");
        }

        if (hasPrompts && wrong.Between(MiniBatches, 1, PromptsPerStep, $"{path}.miniBatches"))
        {
            wrong.Multiple(PromptsPerStep, MiniBatches, $"{path}.promptsPerStep", "miniBatches");
        }

        wrong.Between(Epochs, 1, 100, $"{path}.epochs");
        wrong.Between(MicroPrompts, 0, Math.Max(PromptsPerStep, 0), $"{path}.microPrompts");
        wrong.Between(MicroTokens, 0, 1_000_000_000, $"{path}.microTokens");
        wrong.Unless(MicroTokens == 0 || MicroPrompts == 0, $"{path}.microTokens",
            "stands beside microPrompts; allowed: one of the two");
        wrong.Between(LogitChunk, 0, 1_000_000_000, $"{path}.logitChunk");
        wrong.Between(LearningRate, 0, 1, $"{path}.learningRate");
        wrong.Between(FinalShare, 0, 1, $"{path}.finalShare");
        wrong.Between(WarmupSteps, 0, 1_000_000_000, $"{path}.warmupSteps");
        wrong.Between(WeightDecay, 0, 10, $"{path}.weightDecay");
        wrong.Between(Beta1, 0, 0.99999, $"{path}.beta1");
        wrong.Between(Beta2, 0, 0.99999, $"{path}.beta2");
        wrong.Between(Epsilon, 1e-16, 1, $"{path}.epsilon");
        wrong.Between(ClipNorm, 0, 1e9, $"{path}.clipNorm");
        wrong.Between(CheckpointEvery, 1, 1_000_000_000, $"{path}.checkpointEvery");
        wrong.Between(EvaluateEvery, 0, 1_000_000_000, $"{path}.evaluateEvery");
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

/// <summary>How AdamW steps weights of 2 bytes; those of 4 bytes need neither.</summary>
public enum WeightStep
{
    /// <summary>A float32 copy of each is stepped, and rounded to the nearest: 4 more bytes a weight.</summary>
    Master,

    /// <summary>The stepped number is rounded up or down by chance, right on average: no copy.</summary>
    Stochastic,
}

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
