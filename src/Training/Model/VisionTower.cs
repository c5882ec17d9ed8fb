using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>Qwen2.5-VL's vision tower: patches in, one embedding for each 2x2 cell out.</summary>
/// <remarks>Letters: P patches, D width, R numbers of a pixel row, E cells.</remarks>
internal sealed class VisionTower
{
    private readonly VisionConfig config;
    private readonly Tensor patchWeight;
    private readonly VisionBlock[] blocks;
    private readonly RmsNorm norm;
    private readonly Linear inner;
    private readonly Linear outer;

    public VisionTower(WeightSet weights, VisionConfig config)
    {
        this.config = config;
        patchWeight = weights.Take("visual.patch_embed.proj.weight", Initial.Normal,
            config.HiddenSize, config.Channels, config.TemporalPatchSize, config.PatchSize, config.PatchSize);
        blocks = [.. Enumerable.Range(0, config.Depth).Select(i => new VisionBlock(weights, $"visual.blocks.{i}", config, config.NormEps))];
        int joined = config.HiddenSize * config.MergeSize * config.MergeSize;
        norm = new(weights, "visual.merger.ln_q", config.HiddenSize, config.NormEps);
        inner = new(weights, "visual.merger.mlp.0", joined, joined, withBias: true);
        outer = new(weights, "visual.merger.mlp.2", joined, config.OutHiddenSize, withBias: true);
    }

    /// <summary>The projections that an adapter may stand beside.</summary>
    public IEnumerable<Linear> Linears => [.. blocks.SelectMany(block => block.Linears), inner, outer];

    /// <summary>[P, R] pixel rows of pictures one after another -> [E, D of the text].</summary>
    /// <param name="recomputation">Takes the blocks as its own; null keeps what backward needs.</param>
    public Tensor Forward(Tensor pixels_PR, IReadOnlyList<PatchGrid> grids, Recomputation? recomputation)
    {
        (Tensor patches_PD, Tensor cellOrder) = Encode(pixels_PR, grids, recomputation);
        Tensor joined = norm.Forward(patches_PD).view(-1, config.HiddenSize * config.MergeSize * config.MergeSize);
        Tensor merged = outer.Forward(nn.functional.gelu(inner.Forward(joined)));
        return merged.index_select(0, cellOrder.argsort());
    }

    /// <summary>The last block's output in the order of the input: what pretraining classifies. [P, R] -> [P, D].</summary>
    public Tensor Patches(Tensor pixels_PR, IReadOnlyList<PatchGrid> grids)
    {
        (Tensor patches_PD, Tensor cellOrder) = Encode(pixels_PR, grids, null);
        return ByCell(patches_PD, cellOrder.argsort());
    }

    /// <summary>Rotary tables of the patches in window order, in float32 whatever the weights' type.</summary>
    internal Rotary Tables(IReadOnlyList<PatchGrid> grids)
    {
        PatchLayout layout = Layout(grids);
        return Angles(layout, CellOrder(layout));
    }

    private PatchLayout Layout(IReadOnlyList<PatchGrid> grids) =>
        PatchLayout.Of(grids, config.MergeSize, config.WindowSize / config.MergeSize / config.PatchSize);

    private Tensor CellOrder(PatchLayout layout) =>
        tensor(Array.ConvertAll(layout.WindowIndex, cell => (long)cell), device: patchWeight.device);

    private (Tensor Patches_PD, Tensor CellOrder) Encode(Tensor pixels_PR, IReadOnlyList<PatchGrid> grids, Recomputation? recomputation)
    {
        PatchLayout layout = Layout(grids);
        Tensor cellOrder = CellOrder(layout);
        Tensor rows_PR = pixels_PR.to(patchWeight.dtype, patchWeight.device);
        Tensor x = ByCell(nn.functional.linear(rows_PR, patchWeight.view(config.HiddenSize, -1)), cellOrder);
        Rotary rotary = Angles(layout, cellOrder);
        Segments windows = new(layout.WindowLengths, patchWeight.device);
        Segments frames = new(layout.FrameLengths, patchWeight.device);
        foreach ((int i, VisionBlock block) in blocks.Index())
        {
            Segments segments = config.FullAttentionBlocks.Contains(i) ? frames : windows;
            Tensor before = x;
            x = recomputation is null
                ? block.Forward(before, rotary, segments)
                : recomputation.Run(inputs => [block.Forward(inputs[0], rotary, segments)], before)[0];
            if (!x.requires_grad)
            {
                before.Dispose(); // no backward pass comes for it
            }
        }

        return (x, cellOrder);
    }

    // The patches of a cell move together.
    private Tensor ByCell(Tensor x_PD, Tensor cellOrder) =>
        x_PD.view(-1, config.MergeSize * config.MergeSize, x_PD.shape[1]).index_select(0, cellOrder).view(x_PD.shape);

    // A quarter of the head's width takes its angle from the row, a quarter from the column; the half is doubled.
    private Rotary Angles(PatchLayout layout, Tensor cellOrder)
    {
        float[] places = [.. layout.Places.SelectMany(place => new float[] { place.Row, place.Column })];
        int quarter = config.HeadWidth / 4;
        float[] frequency = [.. Enumerable.Range(0, quarter)
            .Select(i => (float)(1 / Math.Pow(10_000, 2.0 * i / (config.HeadWidth / 2.0))))];
        Tensor angle = tensor(places, layout.Places.Length, 2, 1, device: cellOrder.device) * tensor(frequency, device: cellOrder.device);
        Tensor half = ByCell(angle.view(layout.Places.Length, -1), cellOrder);
        Tensor whole = cat([half, half], dim: -1).unsqueeze(1);
        return new(whole.cos(), whole.sin());
    }
}
