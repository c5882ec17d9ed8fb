using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Experiments;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Policies;
using ViSurf.Training.Randomness;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Optimisation;

public class NarrowWeightTests
{
    private const double Gap = 1.0 / 128; // of two bfloat16 numbers from 1 to 2

    [Theory]
    [InlineData(1.0)] // above it the gap is twice the one below
    [InlineData(1.3)]
    [InlineData(-1.3)]
    [InlineData(1 - 1e-4)]
    [InlineData(0)]
    [InlineData(3e-38)]
    public void Stochastic_rounding_is_right_on_average(double value)
    {
        using var scope = NewDisposeScope();
        const int count = 100_000;
        Tensor x = tensor(Enumerable.Repeat((float)value, count).ToArray());
        float[] rounded = StochasticRounding.Round(x, ScalarType.BFloat16, new Draws(1, "test"))
            .to(ScalarType.Float32).data<float>().ToArray();

        Assert.InRange(rounded.Distinct().Count(), 1, 2);
        // Four deviations of a mean of numbers at most a gap apart.
        double tolerance = 4 * (0.5 * Gap * Math.Max(Math.Abs(value), 1e-38)) / Math.Sqrt(count);
        Assert.Equal((float)value, rounded.Average(one => (double)one), tolerance);
    }

    [Fact]
    public void Stochastic_rounding_keeps_what_the_type_can_say()
    {
        using var scope = NewDisposeScope();
        float[] exact = [1, -1, 0, 1.0078125f, 256, -3.5f];
        Assert.Equal(exact, StochasticRounding.Round(tensor(exact), ScalarType.BFloat16, new Draws(3, "test"))
            .to(ScalarType.Float32).data<float>().ToArray());
    }

    [Fact]
    public void Stochastic_rounding_in_windows_rounds_as_all_at_once()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(Enumerable.Range(0, 1_000).Select(i => MathF.Sin(i)).ToArray()).view(10, 100);
        byte[][] rounded = [.. new[] { 1_000, 64, 1 }.Select(window =>
            StochasticRounding.Round(x, ScalarType.BFloat16, new Draws(5, "test"), window).bytes.ToArray())];
        Assert.All(rounded, bytes => Assert.Equal(rounded[0], bytes));
    }

    [Theory]
    [InlineData(WeightStep.Master)]
    [InlineData(WeightStep.Stochastic)]
    public void Steps_smaller_than_a_gap_move_weights_all_the_same(WeightStep how)
    {
        using var scope = NewDisposeScope();
        const int steps = 200;
        const double rate = Gap / 50;
        Tensor weight = ones(1_000, ScalarType.BFloat16).requires_grad_();
        RlSpec settings = new() { Weights = how, WeightDecay = 0 };
        using AdamW optimiser = new([new("w", weight)], settings, seed: 1);
        for (int step = 0; step < steps; step++)
        {
            weight.grad = -ones(1_000, ScalarType.BFloat16);
            optimiser.Step(rate);
        }

        // A gradient that is always the same is a whole step each time. Rounded to the nearest, each would be lost.
        Assert.Equal(1 + (steps * rate), weight.detach().to(ScalarType.Float32).mean().item<float>(), 0.6 * Gap);
        Assert.Equal(how == WeightStep.Master, optimiser.State.Any(pair => pair.Key == "master.w"));
        Assert.All(optimiser.State, pair => Assert.Equal(ScalarType.Float32, pair.Value.dtype));
    }

    [Theory]
    [InlineData(WeightStep.Master)]
    [InlineData(WeightStep.Stochastic)]
    public void A_stopped_run_in_bfloat16_goes_on_to_the_same_bits(WeightStep how)
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder broken = new();
        ExperimentSpec spec = Nano.Spec("visurf");
        ExperimentPlan plan = new(spec with
        {
            Model = spec.Model with { Dtype = WeightType.Bfloat16 },
            Rl = spec.Rl with { Weights = how },
        }, Nano.Atlas);
        Run(plan, whole.Path, stopAt: null);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, broken.Path, stopAt: 3));
        Run(plan, broken.Path, stopAt: null);
        foreach (string name in new[] { "model.safetensors", "optimizer.safetensors" })
        {
            string[] files = [.. new[] { whole, broken }.Select(folder => Path.Combine(folder.Path, "checkpoints", "s00000008", name))];
            Assert.Equal(FileHash.Of(files[0]), FileHash.Of(files[1]));
        }
    }

    [Fact]
    public void A_step_in_bfloat16_has_the_gradient_of_float32_to_its_precision()
    {
        ExperimentSpec spec = Nano.Spec("sft");
        float[] wide = Moments(spec);
        float[] narrow = Moments(spec with { Model = spec.Model with { Dtype = WeightType.Bfloat16 } });
        double norm = Math.Sqrt(wide.Sum(x => (double)x * x));
        double apart = Math.Sqrt(wide.Zip(narrow).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        Assert.InRange(apart / norm, 1e-4, 0.05);
    }

    private static float[] Moments(ExperimentSpec spec)
    {
        using Policy policy = Policy.Load(Nano.Folder, spec.Model, spec.Seed);
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        trainer.Step(0);
        return [.. trainer.Optimiser.State.Where(pair => pair.Key.StartsWith("exp_avg.", StringComparison.Ordinal))
            .SelectMany(pair => pair.Value.data<float>().ToArray())];
    }

    private static void Run(ExperimentPlan plan, string folder, int? stopAt)
    {
        using CancellationTokenSource stop = new();
        new StageRunner(plan.Work(0, null), folder, record =>
        {
            if (record.Step == stopAt)
            {
                stop.Cancel();
            }
        }, fault => throw fault).Run(stop.Token);
    }
}
