using ViSurf.Sdk;
using ViSurf.Training.Methods;

namespace ViSurf.Tests.Fast.Methods;

public class SurrogateTests
{
    private static readonly MethodSpec Spec = new() { Name = "rlvr" };

    [Theory]
    [InlineData(1.5, +1.0, +1.2)] // a gain is capped
    [InlineData(0.5, -1.0, -0.8)] // so is the credit for backing off
    [InlineData(1.5, -1.0, -1.5)] // but a bad move that grew likelier is charged in full
    [InlineData(0.5, +1.0, +0.5)] // and a good one that grew less likely may come back
    public void Clipping_caps_the_gain_never_the_charge(double ratio, double advantage, double expected)
    {
        using var scope = NewDisposeScope();
        Tensor gain = Surrogate.Clipped(tensor(new[] { (float)Math.Log(ratio) }), zeros(1), tensor(new[] { (float)advantage }), Spec);
        Assert.Equal(expected, gain.item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(1.5, 1.0, false)]
    [InlineData(1.1, 1.0, true)]
    [InlineData(1.5, -1.0, true)]
    public void A_clipped_token_has_no_gradient(double ratio, double advantage, bool moves)
    {
        using var scope = NewDisposeScope();
        Tensor logp = tensor(new[] { (float)Math.Log(ratio) }).requires_grad_();
        Surrogate.Clipped(logp, zeros(1), tensor(new[] { (float)advantage }), Spec).sum().backward();
        Assert.Equal(moves, logp.grad!.item<float>() != 0);
    }

    [Fact]
    public void Estimators_of_the_divergence_agree_at_small_distance_and_k3_is_never_negative()
    {
        using var scope = NewDisposeScope();
        Tensor logp = tensor(new[] { -1.0, -1.0, -1.0 });
        Tensor reference = tensor(new[] { -1.2, -1.0, -0.7 });
        Assert.Equal([0.2, 0, -0.3], Round(Divergence.Estimate(logp, reference, KlEstimator.K1)));
        Assert.Equal([0.02, 0, 0.045], Round(Divergence.Estimate(logp, reference, KlEstimator.K2)));
        Assert.Equal([0.018731, 0, 0.049859], Round(Divergence.Estimate(logp, reference, KlEstimator.K3))); // e^-0.2 - 1 + 0.2
    }

    [Fact]
    public void Each_reduction_weighs_a_token_as_its_formula_says()
    {
        WeightedRow[] rows = [new(2, 2, true), new(6, 2, true), new(4, 1, true), new(9, 1, false)];
        Near([1 / 12.0, 1 / 12.0, 1 / 12.0, 0], TokenWeights.Of(rows, 3, Reduction.TokenMean, 10));
        Near([1 / 12.0, 1 / 36.0, 1 / 12.0, 0], TokenWeights.Of(rows, 3, Reduction.SequenceMean, 10));
        Near([1 / 6.0, 1 / 6.0, 1 / 3.0, 0], TokenWeights.Of(rows, 3, Reduction.SequenceSum, 10));
        Near([1 / 60.0, 1 / 60.0, 1 / 30.0, 0], TokenWeights.Of(rows, 3, Reduction.FixedLength, 10));
    }

    private static void Near(double[] expected, double[] actual) =>
        Assert.All(expected, (value, i) => Assert.Equal(value, actual[i], 1e-12));

    private static double[] Round(Tensor values) => [.. values.data<double>().ToArray().Select(value => Math.Round(value, 6))];
}
