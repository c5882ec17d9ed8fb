using ViSurf.Sdk;

namespace ViSurf.Training.Optimisation;

/// <summary>
/// p -= lr wd p; m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
/// </summary>
/// <remarks>
/// Loshchilov and Hutter 2019, arXiv:1711.05101, algorithm 2; eps after the corrected root, as torch does. Decay is on every weight.
/// Its state is two moments a weight and a step count, all of it readable: that is what a checkpoint keeps.
/// </remarks>
public sealed class AdamW : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> weights;
    private readonly TrainSpec settings;
    private readonly Tensor[] mean;
    private readonly Tensor[] square;

    public AdamW(IReadOnlyList<KeyValuePair<string, Tensor>> weights, TrainSpec settings)
    {
        this.weights = weights;
        this.settings = settings;
        mean = [.. weights.Select(pair => zeros_like(pair.Value).DetachFromDisposeScope())];
        square = [.. weights.Select(pair => zeros_like(pair.Value).DetachFromDisposeScope())];
    }

    /// <summary>Updates so far.</summary>
    public int Updates { get; private set; }

    /// <summary>The moments, named after their weights as torch names them.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        weights.SelectMany((pair, i) =>
            new KeyValuePair<string, Tensor>[] { new($"exp_avg.{pair.Key}", mean[i]), new($"exp_avg_sq.{pair.Key}", square[i]) });

    /// <summary>Moves each weight along its gradient, and forgets the gradients.</summary>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Updates++;
        double meanCorrection = 1 - Math.Pow(settings.Beta1, Updates);
        double squareCorrection = Math.Sqrt(1 - Math.Pow(settings.Beta2, Updates));
        for (int i = 0; i < weights.Count; i++)
        {
            Tensor weight = weights[i].Value;
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            mean[i].TimesInPlace(settings.Beta1).PlusInPlace(gradient, 1 - settings.Beta1);
            square[i].TimesInPlace(settings.Beta2).PlusProductInPlace(gradient, gradient, 1 - settings.Beta2);
            using Tensor divisor = square[i].sqrt().OverInPlace(squareCorrection).PlusInPlace(settings.Epsilon);
            weight.TimesInPlace(1 - (learningRate * settings.WeightDecay))
                .PlusQuotientInPlace(mean[i], divisor, -learningRate / meanCorrection);
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
        using var scope = NewDisposeScope();
        Updates = updates;
        foreach ((string name, Tensor moment) in State)
        {
            moment.copy_(read(name));
        }
    }

    public void Dispose()
    {
        foreach (Tensor moment in mean.Concat(square))
        {
            moment.Dispose();
        }
    }
}
