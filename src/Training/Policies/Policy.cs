using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Geometry;
using ViSurf.Training.Model;
using ViSurf.Training.Pictures;
using ViSurf.Training.Text;

namespace ViSurf.Training.Policies;

/// <summary>A model with its tokenizer and image processor: it reads examples and writes responses.</summary>
public sealed class Policy : IDisposable
{
    private const string ThinkWish = " Think.";
    private readonly ImageProcessor images;
    private readonly int[] beforePicture;
    private readonly int[] afterPicture;
    private readonly int[] afterRequest;

    public Policy(VisionLanguageModel model, Tokenizer tokenizer, ImageProcessor images)
    {
        Model = model;
        Tokenizer = tokenizer;
        this.images = images;
        Banned = tokenizer.Undrawable(model.Config.VocabSize, model.Config.Tokens.End);
        int start = Id("<|im_start|>");
        int[] line = tokenizer.Encode("\n");
        beforePicture = [start, .. tokenizer.Encode("user"), .. line, model.Config.Tokens.VisionStart];
        afterPicture = [Id("<|vision_end|>")];
        afterRequest = [Id("<|im_end|>"), .. line, start, .. tokenizer.Encode("assistant"), .. line];
    }

    public VisionLanguageModel Model { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens that a rollout must not hold: special ones except the end of turn, and ids without text.</summary>
    public IReadOnlyList<int> Banned { get; }

    /// <summary>The tokens that end a response; a label ends with the first.</summary>
    public IReadOnlyList<int> End => Model.Config.Tokens.End;

    /// <summary>Loads a folder in Hugging Face's layout.</summary>
    /// <param name="weightsFile">Weights that take the place of the folder's own; null takes those.</param>
    /// <exception cref="Fault">A file is missing or damaged, or they do not fit each other.</exception>
    public static Policy Load(string folder, string? weightsFile = null)
    {
        Fault.Unless(Directory.Exists(folder), FaultCode.NotFound, folder, "is no folder");
        VisionLanguageModel model = ModelFolder.Load(folder, weightsFile);
        Tokenizer tokenizer = new(Path.Combine(folder, "tokenizer.json"));
        return new(model, tokenizer, new(Path.Combine(folder, "preprocessor_config.json"), model.Config.Vision));
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

        float[] rows = new float[prompts.Sum(prompt => prompt.PixelRows.Length)];
        int filled = 0;
        foreach (Prompt prompt in prompts)
        {
            prompt.PixelRows.CopyTo(rows, filled);
            filled += prompt.PixelRows.Length;
        }

        return new(Model.Config, ids, mask, tensor(rows, rows.Length / Model.Config.Vision.RowWidth, Model.Config.Vision.RowWidth),
            [.. prompts.Select(prompt => prompt.Grid)]);
    }

    public void Dispose() => Model.Dispose();

    private int Id(string special) => Tokenizer.Special.TryGetValue(special, out int id)
        ? id
        : throw new Fault(FaultCode.FileDamaged, "tokenizer.json", $"has no token {special}");
}
