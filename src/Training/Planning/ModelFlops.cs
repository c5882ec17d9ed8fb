using ViSurf.Training.Model;

namespace ViSurf.Training.Planning;

/// <summary>Multiplications and additions of matrix products in a forward pass: 2 for each number of a matrix and each row.</summary>
/// <remarks>Norms, rotations and softmax are left out: they cost memory traffic, not products.</remarks>
public sealed class ModelFlops(ModelConfig config)
{
    private readonly VisionConfig vision = config.Vision;

    /// <summary>The decoder on new tokens.</summary>
    /// <param name="places">Tokens that each of them attends to.</param>
    public double Decoder(double tokens, double places)
    {
        double width = config.HiddenSize;
        double keys = (double)config.KeyValueHeads * config.HeadWidth;
        double matrices = (2 * width * width) + (2 * width * keys) + (3 * width * config.IntermediateSize);
        return tokens * config.Layers * ((2 * matrices) + (4 * places * width));
    }

    /// <summary>Logits of tokens.</summary>
    public double Head(double tokens) => tokens * 2 * config.VocabSize * config.HiddenSize;

    /// <summary>The vision tower on one picture.</summary>
    public double Vision(double patches)
    {
        double width = vision.HiddenSize;
        double cell = vision.MergeSize * vision.MergeSize;
        double window = Math.Pow(vision.WindowSize / vision.PatchSize, 2);
        double full = vision.FullAttentionBlocks.Length;
        double seen = (full * patches) + ((vision.Depth - full) * Math.Min(window, patches));
        double block = (4 * width * width) + (3 * width * vision.IntermediateSize);
        double merger = (cell * width * cell * width) + (cell * width * config.HiddenSize);
        return patches * ((2 * ((vision.RowWidth * width) + (vision.Depth * block))) + (4 * seen * width)) + (patches / cell * 2 * merger);
    }
}
