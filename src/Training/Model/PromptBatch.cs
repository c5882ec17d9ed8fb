using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>Prompts of one forward pass, padded to one length, with their pictures in reading order.</summary>
/// <remarks>Letters: B prompts, T tokens, P patches, R numbers of a pixel row.</remarks>
public sealed class PromptBatch : IDisposable
{
    private readonly Tensor ids_BT;
    private readonly Tensor positions_3BT;
    private readonly Tensor? pixels_PR;
    private readonly Placement placement;

    /// <param name="ids">Tokens, padded left where a continuation follows.</param>
    /// <param name="mask">1 at tokens, 0 at padding.</param>
    /// <param name="pixels_PR">Pixel rows of all pictures; the batch takes it over.</param>
    /// <param name="placement">Where the model's weights live; float32 on the processor where nothing is said.</param>
    public PromptBatch(ModelConfig config, long[,] ids, long[,] mask, Tensor? pixels_PR, IReadOnlyList<PatchGrid> grids,
        Placement? placement = null)
    {
        this.placement = placement ?? Placement.Plain;
        Mask = mask;
        Grids = grids;
        Positions = MropeIndex.Of(ids, mask, grids, config.Vision.MergeSize, config.Tokens);
        using var scope = NewDisposeScope();
        this.pixels_PR = pixels_PR is null ? null : TakeOver(pixels_PR, this.placement.Device);
        ids_BT = tensor(ids, device: this.placement.Device).DetachFromDisposeScope();
        positions_3BT = tensor(Positions.Positions, device: this.placement.Device).DetachFromDisposeScope();
    }

    public int Count => Mask.GetLength(0);

    public int Length => Mask.GetLength(1);

    public long[,] Mask { get; }

    public IReadOnlyList<PatchGrid> Grids { get; }

    public MropeIndex Positions { get; }

    /// <summary>Whether any row is shorter than the batch.</summary>
    public bool IsPadded => Mask.Cast<long>().Contains(0);

    /// <summary>Runs the prompts through the model. -> [B, T, D] states.</summary>
    /// <param name="recomputation">Takes blocks and layers as its own; null keeps what backward needs.</param>
    public Tensor Forward(VisionLanguageModel model, KeyValues keyValues, Recomputation? recomputation = null) => model.Decode(
        model.Embed(ids_BT, pixels_PR, Grids, recomputation),
        positions_3BT,
        model.HasFastAttention && !IsPadded ? null : CausalMask(),
        keyValues,
        recomputation);

    /// <summary>The vision tower's output for the batch's pictures, or null without pictures.</summary>
    public Tensor? EmbedPictures(VisionLanguageModel model) => pixels_PR is null ? null : model.EmbedPictures(pixels_PR, Grids);

    /// <summary>The vision tower's last states, one row a patch.</summary>
    public Tensor EncodePatches(VisionLanguageModel model) => model.EncodePatches(pixels_PR!, Grids);

    /// <summary>Hides padding from tokens that come after the prompts: [B, 1, 1, T], or null where nothing is padded.</summary>
    public Tensor? PaddingMask() => IsPadded
        ? tensor(Mask, device: placement.Device).Is(0).to(placement.Type).TimesInPlace(Masks.Hiding(placement.Type))
            .view(Count, 1, 1, Length)
        : null;

    /// <summary>What tokens after the prompts may see: [T, S], or [N, 1, T, S] with padding.</summary>
    /// <param name="promptOfRow">The prompt before each of N rows.</param>
    internal Tensor ContinuationMask(int tokens, Tensor promptOfRow)
    {
        Tensor mask = Masks.Causal(tokens, Length + tokens, placement);
        return PaddingMask() is { } padding
            ? mask.Plus(nn.functional.pad(padding.index_select(0, promptOfRow), [0L, tokens]))
            : mask;
    }

    public void Dispose()
    {
        ids_BT.Dispose();
        positions_3BT.Dispose();
        pixels_PR?.Dispose();
    }

    private static Tensor TakeOver(Tensor pixels_PR, Device device)
    {
        Tensor moved_PR = pixels_PR.to(device);
        if (!ReferenceEquals(moved_PR, pixels_PR))
        {
            pixels_PR.Dispose();
        }

        return moved_PR.DetachFromDisposeScope();
    }

    private Tensor CausalMask()
    {
        Tensor causal = Masks.Causal(Length, Length, placement);
        return PaddingMask() is { } padding ? causal.Plus(padding) : causal;
    }
}

/// <summary>Masks that are added to attention scores.</summary>
internal static class Masks
{
    /// <summary>What hides a token: two of them still add up to a number of the type.</summary>
    public static float Hiding(ScalarType type) => type == ScalarType.Float16 ? -3e4f : VisionLanguageModel.Hidden;

    /// <summary>Each of the last T of S tokens sees itself and what comes before. -> [T, S].</summary>
    public static Tensor Causal(int tokens, int all, Placement placement) =>
        ones(tokens, all, placement.Type, placement.Device).TimesInPlace(Hiding(placement.Type)).triu(diagonal: all - tokens + 1);
}
