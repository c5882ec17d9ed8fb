using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Model;
using ViSurf.Training.Pictures;

namespace ViSurf.Training.Planning;

/// <summary>How long prompts are.</summary>
/// <param name="Tokens">Text and picture of one prompt, in tokens.</param>
/// <param name="Patches">Of its picture.</param>
public sealed record PromptShape(int Tokens, int Patches)
{
    private const int Looked = 16;
    private const int FrameTokens = 16; // the chat frame around picture and request
    private const int LettersAToken = 3; // fewer than English has, so that the estimate errs upwards

    /// <summary>The longest of the first examples, or what a benchmark without any declares; text is guessed from its letters, because a
    /// plan needs no tokenizer.</summary>
    public static PromptShape Of(ExampleSource examples, Benchmark benchmark, VisionConfig vision, ImageProcessor images)
    {
        if (benchmark.Declared is { } size)
        {
            return new(size.PromptTokens, images.GridOf(size.Side, size.Side).Patches);
        }

        int cell = vision.MergeSize * vision.MergeSize;
        PromptShape[] shapes = [.. Enumerable.Range(0, Math.Min(Looked, examples.Count)).Select(examples.At).Select(example =>
        {
            int patches = images.GridOf(example.Picture.Height, example.Picture.Width).Patches;
            int text = (benchmark.Instruction(example.Problem).Length / LettersAToken) + FrameTokens;
            return new PromptShape(text + (patches / cell), patches);
        })];
        return new(shapes.Max(shape => shape.Tokens), shapes.Max(shape => shape.Patches));
    }
}
