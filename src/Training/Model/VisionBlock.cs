using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>One block of the vision tower: attention within segments, then a gated MLP, each on a normed residual.</summary>
/// <remarks>Letters: P patches, D width, H heads, C width of a head.</remarks>
internal sealed class VisionBlock(WeightSet weights, string name, VisionConfig config, double eps)
{
    private readonly RmsNorm norm1 = new(weights, $"{name}.norm1", config.HiddenSize, eps);
    private readonly RmsNorm norm2 = new(weights, $"{name}.norm2", config.HiddenSize, eps);
    private readonly Linear qkv = new(weights, $"{name}.attn.qkv", config.HiddenSize, 3 * config.HiddenSize, withBias: true);
    private readonly Linear proj = new(weights, $"{name}.attn.proj", config.HiddenSize, config.HiddenSize, withBias: true);
    private readonly GatedMlp mlp = new(weights, $"{name}.mlp", config.HiddenSize, config.IntermediateSize, withBias: true);

    public IEnumerable<Linear> Linears => [qkv, proj, .. mlp.Linears];

    // What backward does not need is given back when the block is done.
    public Tensor Forward(Tensor x_PD, Rotary rotary, Segments segments)
    {
        using var scope = NewDisposeScope();
        Tensor x = x_PD.Plus(Attention(norm1.Forward(x_PD), rotary, segments));
        return x.Plus(mlp.Forward(norm2.Forward(x))).MoveToOuterDisposeScope();
    }

    private Tensor Attention(Tensor x_PD, Rotary rotary, Segments segments)
    {
        Tensor[] qkv_PHC = qkv.Forward(x_PD).view(-1, 3, config.Heads, config.HeadWidth).unbind(1);
        Tensor q = rotary.Turn(qkv_PHC[0].to(ScalarType.Float32)).to(x_PD.dtype);
        Tensor k = rotary.Turn(qkv_PHC[1].to(ScalarType.Float32)).to(x_PD.dtype);
        return proj.Forward(segments.Attend(q, k, qkv_PHC[2]).reshape(x_PD.shape));
    }
}
