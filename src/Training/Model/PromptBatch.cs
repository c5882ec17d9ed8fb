namespace ViSurf.Training.Model;

/// <summary>Prompts of one forward pass, padded to one length, with their pictures in reading order.</summary>
/// <remarks>Letters: B prompts, T tokens, P patches, R numbers of a pixel row.</remarks>
public sealed class PromptBatch : IDisposable
{
    private readonly Tensor ids_BT;
    private readonly Tensor positions_3BT;
    private readonly Tensor? pixels_PR;

    /// <param name="ids">Tokens, padded left where a continuation follows.</param>
    /// <param name="mask">1 at tokens, 0 at padding.</param>
    /// <param name="pixels_PR">Pixel rows of all pictures; the batch takes it over.</param>
    public PromptBatch(ModelConfig config, long[,] ids, long[,] mask, Tensor? pixels_PR, IReadOnlyList<PatchGrid> grids)
    {
        Mask = mask;
        Grids = grids;
        Positions = MropeIndex.Of(ids, mask, grids, config.Vision.MergeSize, config.Tokens);
        this.pixels_PR = pixels_PR?.DetachFromDisposeScope();
        ids_BT = tensor(ids).DetachFromDisposeScope();
        positions_3BT = tensor(Positions.Positions).DetachFromDisposeScope();
    }

    public int Count => Mask.GetLength(0);

    public int Length => Mask.GetLength(1);

    public long[,] Mask { get; }

    public IReadOnlyList<PatchGrid> Grids { get; }

    public MropeIndex Positions { get; }

    /// <summary>Whether any row is shorter than the batch.</summary>
    public bool IsPadded => Mask.Cast<long>().Contains(0);

    /// <summary>Runs the prompts through the model. -> [B, T, D] states.</summary>
    public Tensor Forward(VisionLanguageModel model, KeyValues keyValues) =>
        model.Decode(model.Embed(ids_BT, pixels_PR, Grids), positions_3BT, CausalMask(), keyValues);

    /// <summary>The vision tower's output for the batch's pictures, or null without pictures.</summary>
    public Tensor? EmbedPictures(VisionLanguageModel model) => pixels_PR is null ? null : model.EmbedPictures(pixels_PR, Grids);

    /// <summary>The vision tower's last states, one row a patch.</summary>
    public Tensor EncodePatches(VisionLanguageModel model) => model.EncodePatches(pixels_PR!, Grids);

    /// <summary>Hides padding from tokens that come after the prompts: [B, 1, 1, T], or null where nothing is padded.</summary>
    public Tensor? PaddingMask() => IsPadded
        ? tensor(Mask).Is(0).to(ScalarType.Float32).TimesInPlace(VisionLanguageModel.Hidden).view(Count, 1, 1, Length)
        : null;

    public void Dispose()
    {
        ids_BT.Dispose();
        positions_3BT.Dispose();
        pixels_PR?.Dispose();
    }

    private Tensor CausalMask()
    {
        Tensor causal = Masks.Causal(Length, Length);
        return PaddingMask() is { } padding ? causal.Plus(padding) : causal;
    }
}

/// <summary>Masks that are added to attention scores.</summary>
internal static class Masks
{
    /// <summary>Each of the last T of S tokens sees itself and what comes before. -> [T, S].</summary>
    public static Tensor Causal(int tokens, int all) =>
        ones(tokens, all).TimesInPlace(VisionLanguageModel.Hidden).triu(diagonal: all - tokens + 1);
}
