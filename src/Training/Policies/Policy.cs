using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Geometry;
using ViSurf.Training.Model;
using ViSurf.Training.Pictures;
using ViSurf.Training.Text;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Policies;

/// <summary>A model with its tokenizer and image processor: it reads examples and writes responses.</summary>
public sealed class Policy : IDisposable
{
    private const string ThinkWish = " Think.";
    private readonly ImageProcessor images;
    private readonly int[] beforePicture;
    private readonly int[] afterPicture;
    private readonly int[] afterRequest;

    /// <param name="frame">What stands around a request; null has no turn of the system.</param>
    public Policy(VisionLanguageModel model, Tokenizer tokenizer, ImageProcessor images, ChatFrame? frame = null)
    {
        Model = model;
        Tokenizer = tokenizer;
        this.images = images;
        Banned = tokenizer.Undrawable(model.Config.VocabSize, model.Config.Tokens.End);
        int start = Id("<|im_start|>");
        int[] line = tokenizer.Encode("\n");
        int[] system = tokenizer.EncodeMarked((frame ?? ChatFrame.Plain).SystemTurn());
        beforePicture = [.. system, start, .. tokenizer.Encode("user"), .. line, model.Config.Tokens.VisionStart];
        afterPicture = [Id("<|vision_end|>")];
        afterRequest = [Id("<|im_end|>"), .. line, start, .. tokenizer.Encode("assistant"), .. line];
    }

    public VisionLanguageModel Model { get; }

    /// <summary>What is trained in the weights' place; null where the weights are.</summary>
    public LoraAdapters? Adapters { get; private set; }

    /// <summary>What an optimiser steps: the adapters, or every weight that is not frozen.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Trained =>
        Adapters?.Named ?? [.. Model.Weights.Named.Where(pair => pair.Value.requires_grad)];

    /// <summary>What a checkpoint holds: the adapters, or every weight.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Kept => Adapters?.Named ?? Model.Weights.Named;

    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens that a rollout must not hold: special ones except the end of turn, and ids without text.</summary>
    public IReadOnlyList<int> Banned { get; }

    /// <summary>The tokens that end a response; a label ends with the first.</summary>
    public IReadOnlyList<int> End => Model.Config.Tokens.End;

    /// <summary>Loads a folder in Hugging Face's layout.</summary>
    /// <param name="weightsFile">Weights that take the place of the folder's own; null takes those.</param>
    /// <param name="placement">Float32 on the processor where nothing is said.</param>
    /// <exception cref="Fault">A file is missing or damaged, or they do not fit each other.</exception>
    public static Policy Load(string folder, string? weightsFile = null, Placement? placement = null)
    {
        Fault.Unless(Directory.Exists(folder), FaultCode.NotFound, folder, "is no folder");
        VisionLanguageModel model = ModelFolder.Load(folder, weightsFile, placement);
        bool isLoaded = false;
        try
        {
            Tokenizer tokenizer = Tokenizer.OfFolder(folder);
            ImageProcessor images = new(Path.Combine(folder, "preprocessor_config.json"), model.Config.Vision);
            Policy policy = new(model, tokenizer, images, ChatFrame.OfFolder(folder));
            isLoaded = true;
            return policy;
        }
        finally
        {
            if (!isLoaded)
            {
                model.Dispose();
            }
        }
    }

    /// <summary>Loads a folder in Hugging Face's layout, to be trained or measured as a spec says.</summary>
    /// <param name="seed">Of adapters that are drawn.</param>
    /// <param name="weightsFile">Weights, or adapters, to start from; null starts from the folder's own.</param>
    /// <exception cref="Fault">A file is missing or damaged, they do not fit each other, or a pattern matches nothing.</exception>
    public static Policy Load(string folder, ModelSpec spec, long seed, string? weightsFile = null, Device? device = null)
    {
        bool hasAdapters = spec.Lora is not null && weightsFile is not null && LoraFolder.Holds(weightsFile);
        Policy policy = Load(folder, hasAdapters ? null : weightsFile, new Placement(TypeOf(spec.Dtype), device ?? CPU));
        bool isReady = false;
        try
        {
            policy.Model.HasFastAttention = spec.Attention == AttentionKernel.Fast;
            policy.Model.Freeze(spec.Freeze ?? []);
            if (spec.Lora is not null)
            {
                policy.Adapters = new(policy.Model, spec.Lora, seed);
            }

            if (hasAdapters)
            {
                LoraFolder.Load(policy.Adapters!, weightsFile!);
            }

            isReady = true;
            return policy;
        }
        finally
        {
            if (!isReady)
            {
                policy.Dispose();
            }
        }
    }

    /// <summary>Turns an example into a prompt: picture and request in Qwen's chat frame, the answer to follow.</summary>
    /// <param name="frame">The space of the example's coordinates; null is the picture's own pixels.</param>
    /// <exception cref="Fault">FileDamaged: the solution cannot be read.</exception>
    public Prompt Prepare(Example example, Benchmark benchmark, PromptMode mode, Frame? frame = null)
    {
        (float[] rows, PatchGrid grid) = images.Process(example.Picture);
        VisionConfig vision = Model.Config.Vision;
        int[] picture = [.. Enumerable.Repeat(Model.Config.Tokens.ImagePad, grid.Cells(vision.MergeSize))];
        string request = benchmark.Instruction(example.Problem) + (mode == PromptMode.Think ? ThinkWish : "");
        int[] ids = [.. beforePicture, .. picture, .. afterPicture, .. Tokenizer.Encode(request), .. afterRequest];
        Frame given = frame ?? new(example.Picture.Width, example.Picture.Height);
        Truth truth = benchmark.ReadTruth(example.Solution, given, example.Id)
            .In(new(grid.Columns * vision.PatchSize, grid.Rows * vision.PatchSize));
        return new(example, ids, rows, grid, truth);
    }

    /// <summary>The tokens of a response, tokenised once and whole, with the end of turn.</summary>
    public int[] EncodeResponse(string text) => [.. Tokenizer.Encode(text), End[0]];

    /// <summary>A response's text without its end token.</summary>
    public string TextOf(IEnumerable<int> tokens) => Tokenizer.Decode(tokens);

    /// <summary>Batches prompts, padded on the left.</summary>
    /// <exception cref="Fault">OutOfMemory: more pixels than an array holds.</exception>
    public PromptBatch Batch(IReadOnlyList<Prompt> prompts)
    {
        int length = prompts.Max(prompt => prompt.Ids.Length);
        long[,] ids = new long[prompts.Count, length];
        long[,] mask = new long[prompts.Count, length];
        for (int row = 0; row < prompts.Count; row++)
        {
            int[] own = prompts[row].Ids;
            for (int at = 0; at < length; at++)
            {
                int from = at - (length - own.Length);
                (ids[row, at], mask[row, at]) = from < 0 ? (Model.Config.Tokens.Pad, 0) : (own[from], 1);
            }
        }

        long pixels = prompts.Sum(prompt => (long)prompt.PixelRows.Length);
        Fault.Unless(pixels <= Array.MaxLength, FaultCode.OutOfMemory, "batch",
            $"has pictures of {pixels} numbers together; allowed: {Array.MaxLength}; what makes it smaller: promptsPerStep, microTokens");
        float[] rows = new float[pixels];
        int filled = 0;
        foreach (Prompt prompt in prompts)
        {
            prompt.PixelRows.CopyTo(rows, filled);
            filled += prompt.PixelRows.Length;
        }

        return new(Model.Config, ids, mask, tensor(rows, rows.Length / Model.Config.Vision.RowWidth, Model.Config.Vision.RowWidth),
            [.. prompts.Select(prompt => prompt.Grid)], new Placement(Model.Type, Model.Device));
    }

    public void Dispose()
    {
        Adapters?.Dispose();
        Model.Dispose();
    }

    private static ScalarType TypeOf(WeightType type) => type == WeightType.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    private int Id(string special) => Tokenizer.Special.TryGetValue(special, out int id)
        ? id
        : throw new Fault(FaultCode.FileDamaged, "tokenizer.json", $"has no token {special}");
}
