using ViSurf.Sdk;

namespace ViSurf.Training.Weights;

/// <summary>A model's weights under Hugging Face's names, in the order in which the layers ask for them.</summary>
/// <remarks>
/// A layer takes its tensors by name and shape while it is built; whether they are drawn or read is the source's business.
/// So a file's missing, spare and misshapen tensors are found where the model is built, whatever the model is.
/// </remarks>
public sealed class WeightSet(IWeightSource source) : IDisposable
{
    private readonly List<KeyValuePair<string, Tensor>> taken = [];

    /// <summary>The weights by name, in a fixed order.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Named => taken;

    /// <summary>The number of trained numbers.</summary>
    public long Count => taken.Sum(pair => pair.Value.numel());

    /// <summary>The weight of that name: a leaf that gathers gradients.</summary>
    /// <exception cref="Fault">The source has no such tensor, or one of another shape.</exception>
    public Tensor Take(string name, Initial initial, params long[] shape)
    {
        Tensor weight = source.Get(name, initial, shape).requires_grad_().DetachFromDisposeScope();
        taken.Add(new(name, weight));
        return weight;
    }

    public void Dispose()
    {
        foreach ((_, Tensor weight) in taken)
        {
            weight.Dispose();
        }
    }
}

/// <summary>How a weight starts where it is drawn.</summary>
public enum Initial
{
    /// <summary>Normal, with the configuration's initializer_range as deviation.</summary>
    Normal,

    /// <summary>All 0: biases.</summary>
    Zero,

    /// <summary>All 1: norms.</summary>
    One,
}

/// <summary>Where weights come from: a file, or a seed.</summary>
public interface IWeightSource
{
    /// <summary>A new tensor for that name.</summary>
    Tensor Get(string name, Initial initial, long[] shape);
}
