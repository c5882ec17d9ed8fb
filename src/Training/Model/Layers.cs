using ViSurf.Training.Weights;

namespace ViSurf.Training.Model;

/// <summary>y = x W^T + b, plus what an adapter adds.</summary>
internal sealed class Linear
{
    private readonly Tensor? bias;

    public Linear(WeightSet weights, string name, int from, int to, bool withBias)
    {
        Name = name;
        Weight = weights.Take($"{name}.weight", Initial.Normal, to, from);
        bias = withBias ? weights.Take($"{name}.bias", Initial.Zero, to) : null;
    }

    public string Name { get; }

    public Tensor Weight { get; }

    /// <summary>Stands beside the weight where one was attached.</summary>
    public Adapter? Adapter { get; set; }

    public Tensor Forward(Tensor x)
    {
        Tensor y = nn.functional.linear(x, Weight, bias);
        if (Adapter?.Delta(x) is not { } delta)
        {
            return y;
        }

        using (y)
        using (delta)
        {
            return y.Plus(delta); // a sum's gradient needs neither
        }
    }
}

/// <summary>x / sqrt(mean(x^2) + eps) * w, the quotient in float32.</summary>
internal sealed class RmsNorm(WeightSet weights, string name, int width, double eps)
{
    private readonly Tensor weight = weights.Take($"{name}.weight", Initial.One, width);

    public Tensor Forward(Tensor x)
    {
        Tensor wide = x.to(ScalarType.Float32);
        Tensor scale = wide.Squared().mean([-1L], keepdim: true).PlusInPlace(eps).rsqrt_();
        return (wide * scale).to(x.dtype) * weight;
    }
}

/// <summary>down(silu(gate(x)) * up(x)).</summary>
internal sealed class GatedMlp(WeightSet weights, string name, int width, int inner, bool withBias)
{
    private readonly Linear gate = new(weights, $"{name}.gate_proj", width, inner, withBias);
    private readonly Linear up = new(weights, $"{name}.up_proj", width, inner, withBias);
    private readonly Linear down = new(weights, $"{name}.down_proj", inner, width, withBias);

    public IEnumerable<Linear> Linears => [gate, up, down];

    public Tensor Forward(Tensor x) => down.Forward(nn.functional.silu(gate.Forward(x)) * up.Forward(x));
}

/// <summary>Rotary positions on the two halves of a head: (a, b) -> (a cos - b sin, b cos + a sin).</summary>
/// <param name="Cos">Broadcastable to the heads; the two halves of the width are equal.</param>
internal sealed record Rotary(Tensor Cos, Tensor Sin)
{
    /// <summary>The same tables in another type.</summary>
    public Rotary To(ScalarType type) => Cos.dtype == type ? this : new(Cos.to(type), Sin.to(type));

    public Tensor Turn(Tensor x)
    {
        Tensor[] halves = x.chunk(2, dim: -1);
        return (x * Cos).Plus(cat([-halves[1], halves[0]], dim: -1) * Sin);
    }
}
