using ViSurf.Sdk;

namespace ViSurf.Training.Optimisation;

/// <summary>
/// p -= lr wd p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
/// </summary>
/// <remarks>
/// Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2; eps after the corrected root, as torch does. Decay is on every weight.
/// Its state is two moments a weight, float32 whatever the weight's type, a float32 master of each narrower weight where asked for,
/// and a step count, all of it readable: that is what a checkpoint keeps.
/// </remarks>
public sealed class AdamW : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> weights;
    private readonly TrainSpec settings;
    private readonly long seed;
    private readonly Tensor[] mean;
    private readonly Tensor[] square;
    private readonly Tensor?[] master;

    /// <param name="seed">Of the draws of stochastic rounding.</param>
    public AdamW(IReadOnlyList<KeyValuePair<string, Tensor>> weights, TrainSpec settings, long seed = 0)
    {
        this.weights = weights;
        this.settings = settings;
        this.seed = seed;
        mean = [.. weights.Select(pair => Zeros(pair.Value))];
        square = [.. weights.Select(pair => Zeros(pair.Value))];
        master = [.. weights.Select(pair => settings.Weights == WeightStep.Master && IsNarrow(pair.Value) ? Wide(pair.Value) : null)];
    }

    /// <summary>Updates so far.</summary>
    public int Updates { get; private set; }

    /// <summary>The moments, named after their weights as torch names them, and the masters.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State
    {
        get
        {
            for (int i = 0; i < weights.Count; i++)
            {
                yield return new($"exp_avg.{weights[i].Key}", mean[i]);
                yield return new($"exp_avg_sq.{weights[i].Key}", square[i]);
                if (master[i] is { } wide)
                {
                    yield return new($"master.{weights[i].Key}", wide);
                }
            }
        }
    }

    /// <summary>Moves each weight along its gradient, and forgets the gradients.</summary>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        Updates++;
        double meanCorrection = 1 - Math.Pow(settings.Beta1, Updates);
        double squareCorrection = Math.Sqrt(1 - Math.Pow(settings.Beta2, Updates));
        for (int i = 0; i < weights.Count; i++)
        {
            using var scope = NewDisposeScope();
            Tensor weight = weights[i].Value;
            if (weight.grad is not { } given)
            {
                continue;
            }

            Tensor gradient = given.to(ScalarType.Float32);
            mean[i].TimesInPlace(settings.Beta1).PlusInPlace(gradient, 1 - settings.Beta1);
            square[i].TimesInPlace(settings.Beta2).PlusProductInPlace(gradient, gradient, 1 - settings.Beta2);
            Tensor divisor = square[i].sqrt().OverInPlace(squareCorrection).PlusInPlace(settings.Epsilon);
            Tensor stepped = !IsNarrow(weight) ? weight : master[i] ?? weight.to(ScalarType.Float32);
            stepped.TimesInPlace(1 - (learningRate * settings.WeightDecay))
                .PlusQuotientInPlace(mean[i], divisor, -learningRate / meanCorrection);
            if (IsNarrow(weight))
            {
                weight.copy_(master[i] ?? StochasticRounding.Round(stepped, weight.dtype, new(seed, "rounding", Updates, i)));
            }
        }

        ForgetGradients();
    }

    /// <summary>Drops the gradients.</summary>
    public void ForgetGradients()
    {
        foreach ((_, Tensor weight) in weights)
        {
            weight.grad?.Dispose();
            weight.grad = null;
        }
    }

    /// <summary>Takes over the state that a checkpoint kept.</summary>
    /// <param name="read">Gives the tensor of a name in <see cref="State"/>.</param>
    public void Restore(int updates, Func<string, Tensor> read)
    {
        using var noGrad = no_grad();
        Updates = updates;
        foreach ((string name, Tensor moment) in State)
        {
            using var scope = NewDisposeScope();
            moment.copy_(read(name));
        }
    }

    public void Dispose()
    {
        foreach (Tensor kept in mean.Concat(square).Concat(master.OfType<Tensor>()))
        {
            kept.Dispose();
        }
    }

    private static bool IsNarrow(Tensor weight) => weight.dtype is ScalarType.BFloat16 or ScalarType.Float16;

    private static Tensor Zeros(Tensor weight) => zeros_like(weight, ScalarType.Float32).DetachFromDisposeScope();

    private static Tensor Wide(Tensor weight)
    {
        using var noGrad = no_grad();
        return weight.detach().to(ScalarType.Float32).DetachFromDisposeScope();
    }
}
