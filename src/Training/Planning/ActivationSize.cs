using ViSurf.Sdk;
using ViSurf.Training.Model;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Planning;

/// <summary>Bytes that come and go with a batch.</summary>
/// <remarks>Letters in names of the configuration: D width, I inner width, K keys' width (heads of keys times their width).</remarks>
internal sealed class ActivationSize(
    ModelConfig config, ModelSize size, ModelSpec model, StageSettings settings, PromptShape prompt, DeviceType device)
{
    private readonly long bytes = model.Dtype == WeightType.Float32 ? 4 : 2;
    private readonly long keys = (long)config.KeyValueHeads * config.HeadWidth;
    private readonly int rollouts = settings.Method.Rollouts(settings.Spec);

    private readonly long fold = config.Heads == config.KeyValueHeads ? 0 : config.Heads / config.KeyValueHeads;

    /// <summary>Keys and values of all rows of a step, and the logits of one token each; or reading their prompts before.</summary>
    public long Sampling
    {
        get
        {
            long prompts = rollouts == 0 ? 0 : settings.Train.PromptsPerStep;
            long rows = rollouts * prompts;
            // The processor copies a prompt to each of its rows, a GPU shares it.
            long copies = device == DeviceType.CPU ? rows : 0;
            long own = ((copies * prompt.Tokens) + (rows * settings.Spec.MaxTokens)) * config.Layers * 2 * keys * bytes;
            long drawing = rows * config.VocabSize * (bytes + (3 * 4) + Scaled);
            return Recorded(prompts) + Math.Max(own + drawing, Block(prompts, 0) + Masks(prompts, 0));
        }
    }

    /// <summary>Log-probabilities before the first of several updates: no gradient, but all of a step where nothing cuts it.</summary>
    public long Old
    {
        get
        {
            if (settings.Train.Epochs * settings.Train.MiniBatches == 1)
            {
                return 0;
            }

            (long prompts, long rows) = MicroBatch(settings.Train.PromptsPerStep);
            long atATime = AtATime(rows * settings.Spec.MaxTokens);
            return Recorded(prompts) + Block(prompts, rows) + Masks(prompts, rows)
                + (atATime * config.VocabSize * ((bytes == 4 ? 0 : bytes) + (2 * 4) + Scaled));
        }
    }

    /// <summary>What backward needs of the largest micro-batch, and the logits of its rows.</summary>
    public long Training
    {
        get
        {
            (long prompts, long rows) = MicroBatch(settings.Train.PromptsPerStep / settings.Train.MiniBatches);
            long promptTokens = prompts * prompt.Tokens;
            long rowTokens = rows * settings.Spec.MaxTokens;
            long layer = Layer(prompts, rows);
            long block = prompts * prompt.Patches * VisionBlock;
            long decoder = settings.Train.Recompute
                ? layer + (config.Layers * ((promptTokens + rowTokens) * config.HiddenSize + (promptTokens * 2 * keys)) * bytes)
                : config.Layers * layer;
            long vision = !size.TrainsVision ? block
                : settings.Train.Recompute ? block + (config.Vision.Depth * prompts * prompt.Patches * config.Vision.HiddenSize * bytes)
                : config.Vision.Depth * block;
            return decoder + vision + Masks(prompts, rows) + Logits(rowTokens);
        }
    }

    // A row's keys and values stand behind a copy of its prompt's, in each layer.
    private long Layer(long prompts, long rows) => (((prompts * prompt.Tokens) + (rows * settings.Spec.MaxTokens)) * DecoderLayer)
        + (rows * prompt.Tokens * 2 * keys * bytes);

    // Without a gradient one layer, or one vision block, is in memory at a time.
    private long Block(long prompts, long rows) => Math.Max(Layer(prompts, rows), prompts * prompt.Patches * VisionBlock);

    // What rows attend to of their prompts, in all layers.
    private long Recorded(long prompts) => prompts * prompt.Tokens * config.Layers * 2 * keys * bytes;

    // As where prompts differ in length; repeated for the query heads that share keys.
    private long Masks(long prompts, long rows)
    {
        long own = model.Attention == AttentionKernel.Fast ? 0 : prompts * prompt.Tokens * prompt.Tokens;
        long after = rows * settings.Spec.MaxTokens * (prompt.Tokens + settings.Spec.MaxTokens);
        return (own + after) * (1 + fold) * bytes;
    }

    // Per token. Norms keep their quotient and their product, and in a narrow type their input in float32; rotation keeps both
    // halves; attention keeps queries, keys, values and its output twice; the MLP keeps four inner rows.
    private long DecoderLayer => (Norms(config.HiddenSize) + (7 * config.HiddenSize) + (4 * keys) + (4 * config.IntermediateSize)) * bytes
        + Wide(config.HiddenSize);

    // As a decoder layer with as many key heads as query heads, rotated in float32.
    private long VisionBlock =>
        ((Norms(config.Vision.HiddenSize) + (9 * config.Vision.HiddenSize) + (4 * config.Vision.IntermediateSize)) * bytes)
        + (4 * 4 * config.Vision.HiddenSize) + Wide(config.Vision.HiddenSize);

    private static long Norms(long width) => 4 * width;

    private long Wide(long width) => bytes == 4 ? 0 : 2 * 4 * width;

    // Logits in the weights' type and in float32, log-probabilities, and the gradients of both.
    private long Logits(long tokens) => AtATime(tokens) * config.VocabSize * ((bytes == 4 ? 0 : bytes) + (4 * 4) + Scaled);

    private long AtATime(long tokens) => settings.Train.LogitChunk == 0 ? tokens : Math.Min(tokens, settings.Train.LogitChunk);

    // With rollouts, logits without the banned tokens, and before that divided by the temperature.
    private long Scaled => rollouts == 0 ? 0 : settings.Spec.Temperature == 1 ? 4 : 8;

    private (long Prompts, long Rows) MicroBatch(long most)
    {
        int group = settings.Method.Members(settings.Spec);
        if (settings.Train.MicroTokens > 0)
        {
            int rows = Enumerable.Range(1, (int)most * group)
                .TakeWhile(rows => rows == 1 || Padded(rows, group) <= settings.Train.MicroTokens).Last();
            return (PromptsOf(rows, group), rows);
        }

        long prompts = settings.Train.MicroPrompts == 0 ? most : Math.Min(most, settings.Train.MicroPrompts);
        return (prompts, prompts * group);
    }

    private long Padded(int rows, int group) => (PromptsOf(rows, group) * prompt.Tokens) + ((long)rows * settings.Spec.MaxTokens);

    private static long PromptsOf(int rows, int group) => (rows + group - 1) / group;
}
