namespace ViSurf.Training.Optimisation;

/// <summary>The length of all gradients together, and its limit.</summary>
public static class GradientNorm
{
    /// <summary>Scales the gradients so that their norm is at most the limit; returns the norm before.</summary>
    /// <param name="max">0 leaves the gradients as they are.</param>
    public static double Clip(IReadOnlyList<KeyValuePair<string, Tensor>> weights, double max)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor[] gradients = [.. weights.Select(pair => pair.Value.grad).OfType<Tensor>()];
        double norm = stack(gradients.Select(Length)).norm().item<float>();
        if (max > 0 && norm > max)
        {
            foreach (Tensor gradient in gradients)
            {
                gradient.TimesInPlace(max / (norm + 1e-6));
            }
        }

        return norm;
    }

    // A narrow gradient's own norm would have three digits.
    private static Tensor Length(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return gradient.to(ScalarType.Float32).norm().MoveToOuterDisposeScope();
    }
}
