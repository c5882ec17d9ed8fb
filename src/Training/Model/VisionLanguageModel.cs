using System.IO.Enumeration;
using ViSurf.Sdk;
using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>Qwen2.5-VL of any size: a vision tower, a decoder, and a head that may be the embedding itself.</summary>
/// <remarks>Letters: B rows, T tokens, D width, V words, P patches, R numbers of a pixel row.</remarks>
public sealed class VisionLanguageModel : IDisposable
{
    /// <summary>What hides a token: large enough to be 0 after softmax, finite so that a fully hidden row is no NaN.</summary>
    public const float Hidden = -1e30f;

    private readonly VisionTower vision;
    private readonly Decoder decoder;
    private readonly Mrope mrope;
    private readonly Tensor embedding_VD;
    private readonly Tensor head_VD;

    /// <summary>Builds the model, taking each weight from the source.</summary>
    public VisionLanguageModel(ModelConfig config, IWeightSource source)
    {
        Config = config;
        Weights = new(source);
        bool isBuilt = false;
        try
        {
            embedding_VD = Weights.Take("model.embed_tokens.weight", Initial.Normal, config.VocabSize, config.HiddenSize);
            decoder = new(Weights, config);
            vision = new(Weights, config.Vision);
            head_VD = config.TieWordEmbeddings
                ? embedding_VD
                : Weights.Take("lm_head.weight", Initial.Normal, config.VocabSize, config.HiddenSize);
            mrope = new(config, embedding_VD.device);
            isBuilt = true;
        }
        finally
        {
            if (!isBuilt)
            {
                Weights.Dispose();
            }
        }
    }

    public ModelConfig Config { get; }

    /// <summary>All weights, trained or not.</summary>
    public WeightSet Weights { get; }

    /// <summary>Where the weights live: every tensor that meets them must live there too.</summary>
    public Device Device => embedding_VD.device;

    /// <summary>How wide the weights' numbers are.</summary>
    public ScalarType Type => embedding_VD.dtype;

    /// <summary>Whether prompts without padding are read with the kernel's own causal order, without a mask in memory. The numbers
    /// differ by rounding.</summary>
    public bool HasFastAttention { get; set; }

    /// <summary>The decoder's projections, and the vision tower's.</summary>
    internal (IEnumerable<Linear> Decoder, IEnumerable<Linear> Vision) Linears => (decoder.Linears, vision.Linears);

    /// <summary>The embeddings of a batch of prompts, pictures in place of their tokens. [B, T] -> [B, T, D].</summary>
    /// <param name="recomputation">Takes the vision blocks as its own; null keeps what backward needs.</param>
    public Tensor Embed(Tensor ids_BT, Tensor? pixels_PR, IReadOnlyList<PatchGrid> grids, Recomputation? recomputation = null)
    {
        Tensor words = embedding_VD.index_select(0, ids_BT.reshape(-1)).view(ids_BT.shape[0], ids_BT.shape[1], -1);
        if (pixels_PR is null || grids.Count == 0)
        {
            return words;
        }

        // masked_scatter fills in reading order, which is the order of the pictures.
        Tensor isPicture = ids_BT.Is(Config.Tokens.ImagePad).unsqueeze(-1);
        return words.masked_scatter(isPicture.expand_as(words), vision.Forward(pixels_PR, grids, recomputation).to(words.dtype));
    }

    /// <summary>The vision tower's output, one row a cell.</summary>
    public Tensor EmbedPictures(Tensor pixels_PR, IReadOnlyList<PatchGrid> grids) => vision.Forward(pixels_PR, grids, null);

    /// <summary>The vision tower's last states, one row a patch: what pretraining classifies.</summary>
    public Tensor EncodePatches(Tensor pixels_PR, IReadOnlyList<PatchGrid> grids) => vision.Patches(pixels_PR, grids);

    /// <summary>[B, T, D] embeddings at [3, B, T] positions -> [B, T, D] states that the head reads.</summary>
    /// <param name="mask">Added to the scores, broadcastable to [B, 1, T, S]; null where each token sees itself and all before,
    /// and, of more than one token, nothing was before.</param>
    /// <param name="recomputation">Takes the layers as its blocks; null keeps what backward needs.</param>
    public Tensor Decode(Tensor embeddings_BTD, Tensor positions_3BT, Tensor? mask, KeyValues keyValues,
        Recomputation? recomputation = null) =>
        decoder.Forward(embeddings_BTD, Tables(positions_3BT), mask, keyValues, recomputation);

    /// <summary>[..., D] states -> [..., V] logits in float32.</summary>
    public Tensor Logits(Tensor states) => nn.functional.linear(states, head_VD).to(ScalarType.Float32);

    /// <summary>Takes weights out of training: they get no gradient, and backward does not go where only they would.</summary>
    /// <param name="patterns">Names, * for any letters.</param>
    /// <exception cref="Fault">SpecInvalid: a pattern matches no weight, or nothing is left to train.</exception>
    public void Freeze(IReadOnlyList<string> patterns)
    {
        foreach (string pattern in patterns)
        {
            Tensor[] matching = [.. Weights.Named
                .Where(pair => FileSystemName.MatchesSimpleExpression(pattern, pair.Key, ignoreCase: false)).Select(pair => pair.Value)];
            Fault.Unless(matching.Length > 0, FaultCode.SpecInvalid, "model.freeze", $"has '{pattern}', which is the name of no weight");
            Array.ForEach(matching, weight => weight.requires_grad_(false));
        }

        Fault.Unless(Weights.Named.Any(pair => pair.Value.requires_grad), FaultCode.SpecInvalid, "model.freeze",
            "leaves no weight to train");
    }

    /// <summary>All weights as they are exported: what adapters learnt is added, one weight at a time, when its turn comes.</summary>
    public IEnumerable<PlannedTensor> Merged()
    {
        Dictionary<string, Adapter> adapters = Linears.Decoder.Concat(Linears.Vision).Where(linear => linear.Adapter is not null)
            .ToDictionary(linear => $"{linear.Name}.weight", linear => linear.Adapter!);
        return Weights.Named.Select(pair => adapters.TryGetValue(pair.Key, out Adapter? adapter)
            ? new PlannedTensor(pair.Key, pair.Value.dtype, pair.Value.shape, () => adapter.Merged(pair.Value))
            : PlannedTensor.Of(pair.Key, pair.Value));
    }

    /// <summary>The decoder's rotary tables: angles in float32, then the model's type. [3, B, T] -> [B, T, 1, C].</summary>
    internal Rotary Tables(Tensor positions_3BT) => mrope.Tables(positions_3BT).To(Type);

    /// <summary>The vision tower's rotary tables in window order. -> [P, 1, C] in float32.</summary>
    internal Rotary VisionTables(IReadOnlyList<PatchGrid> grids) => vision.Tables(grids);

    public void Dispose()
    {
        mrope.Dispose();
        Weights.Dispose();
    }
}
