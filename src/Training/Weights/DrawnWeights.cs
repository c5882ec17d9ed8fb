using ViSurf.Training.Randomness;

namespace ViSurf.Training.Weights;

/// <summary>Weights drawn from a seed, each from a stream of its own name.</summary>
public sealed class DrawnWeights(long seed, double deviation) : IWeightSource
{
    public Tensor Get(string name, Initial initial, long[] shape) => initial switch
    {
        Initial.Zero => zeros(shape),
        Initial.One => ones(shape),
        _ => Normal(name, shape),
    };

    private Tensor Normal(string name, long[] shape)
    {
        Draws draws = new(seed, name);
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(draws.Normal() * deviation);
        }

        return tensor(values, shape);
    }
}
