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
        embedding_VD = Weights.Take("model.embed_tokens.weight", Initial.Normal, config.VocabSize, config.HiddenSize);
        decoder = new(Weights, config);
        vision = new(Weights, config.Vision);
        head_VD = config.TieWordEmbeddings
            ? embedding_VD
            : Weights.Take("lm_head.weight", Initial.Normal, config.VocabSize, config.HiddenSize);
        mrope = new(config, embedding_VD.device);
    }

    public ModelConfig Config { get; }

    /// <summary>All weights, trained or not.</summary>
    public WeightSet Weights { get; }

    /// <summary>The embeddings of a batch of prompts, pictures in place of their tokens. [B, T] -> [B, T, D].</summary>
    public Tensor Embed(Tensor ids_BT, Tensor? pixels_PR, IReadOnlyList<PatchGrid> grids)
    {
        Tensor words = embedding_VD.index_select(0, ids_BT.reshape(-1)).view(ids_BT.shape[0], ids_BT.shape[1], -1);
        if (pixels_PR is null || grids.Count == 0)
        {
            return words;
        }

        // masked_scatter fills in reading order, which is the order of the pictures.
        Tensor isPicture = ids_BT.Is(Config.Tokens.ImagePad).unsqueeze(-1);
        return words.masked_scatter(isPicture.expand_as(words), vision.Forward(pixels_PR, grids).to(words.dtype));
    }

    /// <summary>The vision tower's output, one row a cell.</summary>
    public Tensor EmbedPictures(Tensor pixels_PR, IReadOnlyList<PatchGrid> grids) => vision.Forward(pixels_PR, grids);

    /// <summary>The vision tower's last states, one row a patch: what pretraining classifies.</summary>
    public Tensor EncodePatches(Tensor pixels_PR, IReadOnlyList<PatchGrid> grids) => vision.Patches(pixels_PR, grids);

    /// <summary>[B, T, D] embeddings at [3, B, T] positions -> [B, T, D] states that the head reads.</summary>
    public Tensor Decode(Tensor embeddings_BTD, Tensor positions_3BT, Tensor? mask, KeyValues keyValues) =>
        decoder.Forward(embeddings_BTD, mrope.Tables(positions_3BT), mask, keyValues);

    /// <summary>[..., D] states -> [..., V] logits in float32.</summary>
    public Tensor Logits(Tensor states) => nn.functional.linear(states, head_VD).to(ScalarType.Float32);

    public void Dispose()
    {
        mrope.Dispose();
        Weights.Dispose();
    }
}
