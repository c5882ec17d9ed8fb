using ViSurf.Training.Randomness;

namespace ViSurf.Training.Optimisation;

/// <summary>Rounding to one of the two nearest numbers of a narrower type, by chance and right on average.</summary>
/// <remarks>
/// Between neighbours a and b, x becomes b with probability (x - a) / (b - a), so the mean is x: steps much smaller than the
/// distance of two bfloat16 numbers still move the weight. Source: Gupta et al. 2015, arXiv:1502.02551, sec. 3.
/// </remarks>
public static class StochasticRounding
{
    /// <summary>Numbers that are rounded at a time.</summary>
    public const int Window = 4 << 20;

    /// <summary>Rounds a float32 tensor. What the type can say exactly stays as it is.</summary>
    /// <param name="draws">Seeds a generator of the tensor's own device.</param>
    /// <param name="window">Numbers at a time; the result is the same whatever it is.</param>
    public static Tensor Round(Tensor x, ScalarType type, Draws draws, int window = Window)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Generator generator = new(draws.Bits(), x.device);
        // All at once: a GPU's draws depend on how many are asked for.
        Tensor drawn = empty_like(x).uniform_(0, 1, generator).reshape(-1);
        Tensor rounded = empty(x.shape, type, x.device);
        (Tensor from, Tensor to) = (x.reshape(-1), rounded.view(-1));
        for (long at = 0; at < from.shape[0]; at += window)
        {
            using var own = NewDisposeScope();
            long count = Math.Min(window, from.shape[0] - at);
            to.narrow(0, at, count).copy_(Neighbour(from.narrow(0, at, count), type, drawn.narrow(0, at, count)));
        }

        return rounded.MoveToOuterDisposeScope();
    }

    private static Tensor Neighbour(Tensor x, ScalarType type, Tensor drawn)
    {
        Tensor near = x.to(type);
        Tensor wide = near.to(ScalarType.Float32);
        Tensor rest = x - wide;
        Tensor towards = zeros_like(wide).PlusInPlace(double.PositiveInfinity).copysign(rest).to(type);
        Tensor far = near.nextafter(towards);
        Tensor share = rest / (far.to(ScalarType.Float32) - wide);
        return far.where(drawn.lt(share), near);
    }
}
