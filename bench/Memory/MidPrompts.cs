using ViSurf.Training.Model;
using ViSurf.Training.Randomness;
using ViSurf.Training.Weights;

namespace ViSurf.Bench.Memory;

/// <summary>Prompts of the mid-size model: a picture of 8 x 8 patches, then drawn words.</summary>
internal static class MidPrompts
{
    public static PatchGrid Grid { get; } = new(1, 8, 8);

    /// <summary>The configuration of mid-config.json.</summary>
    public static ModelConfig Config() => ConfigFile.Read(Path.Combine(AppContext.BaseDirectory, "Memory", "mid-config.json"));

    /// <summary>Words in the common part of the vocabulary.</summary>
    public static int[] Words(int count, Draws draws) => [.. Enumerable.Range(0, count).Select(_ => draws.Below(2_000))];

    /// <summary>The picture's tokens, and words.</summary>
    public static int[] Ids(ModelConfig config, int words, Draws draws) =>
    [
        config.Tokens.VisionStart,
        .. Enumerable.Repeat(config.Tokens.ImagePad, Grid.Cells(config.Vision.MergeSize)),
        .. Words(words, draws),
    ];

    /// <summary>Numbers of a picture's pixels.</summary>
    public static int Pixels(ModelConfig config) => Grid.Patches * config.Vision.RowWidth;

    /// <summary>A batch of prompts that are all equally long.</summary>
    /// <param name="pixels">Of all pictures.</param>
    public static PromptBatch Batch(ModelConfig config, IReadOnlyList<int[]> prompts, float[] pixels, Placement? placement = null)
    {
        long[,] ids = new long[prompts.Count, prompts[0].Length];
        long[,] mask = new long[prompts.Count, prompts[0].Length];
        for (int row = 0; row < prompts.Count; row++)
        {
            for (int at = 0; at < prompts[row].Length; at++)
            {
                (ids[row, at], mask[row, at]) = (prompts[row][at], 1);
            }
        }

        int width = config.Vision.RowWidth;
        return new(config, ids, mask, tensor(pixels, pixels.Length / width, width),
            [.. Enumerable.Repeat(Grid, prompts.Count)], placement);
    }
}
