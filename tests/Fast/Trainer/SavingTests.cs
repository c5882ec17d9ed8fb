using ViSurf.Sdk;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Trainer;

/// <summary>What saves memory changes memory alone.</summary>
public class SavingTests
{
    [Theory]
    [InlineData("sft")]
    [InlineData("visurf")]
    public void Recomputed_layers_have_the_same_gradient_bit_for_bit(string method)
    {
        ExperimentSpec spec = Nano.Spec(method);
        Assert.Equal(Step(spec).Moments, Step(With(spec, train => train with { Recompute = true })).Moments);
    }

    [Theory]
    [InlineData("sft", 7)]
    [InlineData("visurf", 1)]
    [InlineData("visurf", 32)]
    [InlineData("visurf", 100_000)]
    public void Chunks_of_logits_have_the_gradient_and_entropy_of_all_at_once(string method, int chunk) =>
        AssertClose(method, train => train with { LogitChunk = chunk });

    [Theory]
    [InlineData("sft", 100)]
    [InlineData("visurf", 1)]
    [InlineData("visurf", 120)]
    [InlineData("visurf", 100_000)]
    public void Micro_batches_by_tokens_have_the_gradient_of_the_whole_batch(string method, int tokens) =>
        AssertClose(method, train => train with { MicroTokens = tokens });

    [Fact]
    public void All_savings_together_have_the_same_gradient() =>
        AssertClose("visurf", train => train with { MicroTokens = 150, LogitChunk = 16, Recompute = true });

    [Fact]
    public void With_several_updates_the_old_log_probabilities_are_the_same_in_micro_batches_by_tokens()
    {
        ExperimentSpec spec = With(Nano.Spec("visurf"), train => train with { Epochs = 2, MiniBatches = 2 });
        StepRecord whole = Step(spec).Record;
        StepRecord split = Step(With(spec, train => train with { MicroTokens = 120 })).Record;
        Assert.True(whole.Metrics["train/clippedShare"] > 0.01);
        Assert.Equal(whole.Metrics["train/clippedShare"], split.Metrics["train/clippedShare"], 0.01);
    }

    [Fact]
    public void Fast_attention_differs_by_rounding()
    {
        ExperimentSpec spec = Nano.Spec("sft");
        ExperimentSpec one = With(spec, train => train with { MicroPrompts = 1 }); // a prompt alone has no padding
        AssertClose(Step(one), Step(one with { Model = one.Model with { Attention = AttentionKernel.Fast } }), 2e-5);
    }

    [Fact]
    public void Every_step_with_rollouts_says_how_far_sampler_and_trainer_are_apart()
    {
        SortedDictionary<string, double> metrics = Step(Nano.Spec("rlvr")).Record.Metrics;
        Assert.InRange(metrics["sampler/gapMean"], 0, metrics["sampler/gapMax"]);
        Assert.False(Step(Nano.Spec("sft")).Record.Metrics.ContainsKey("sampler/gapMax"));
    }

    [Fact]
    public void Two_ways_to_cut_micro_batches_are_refused() => Assert.Equal("sft.microTokens", Assert.Throws<Fault>(() =>
        With(Nano.Spec("visurf"), train => train with { MicroTokens = 5, MicroPrompts = 2 }).Checked()).Subject);

    // What stands at its default is not written, so specs and stages from before keep their names.
    [Fact]
    public void Switches_at_their_defaults_leave_no_trace_in_a_spec()
    {
        string json = System.Text.Json.JsonSerializer.Serialize(Nano.Spec("visurf"), SpecJson.Options);
        Assert.All(["dtype", "lora", "freeze", "attention", "microTokens", "recompute", "logitChunk", "weights"],
            name => Assert.DoesNotContain($"\"{name}\"", json, StringComparison.Ordinal));
    }

    [Fact]
    public void A_held_otherwise_model_is_another_stage()
    {
        ExperimentSpec spec = Nano.Spec("sft");
        string[] keys = [.. new[]
        {
            spec,
            spec with { Model = spec.Model with { Dtype = WeightType.Bfloat16 } },
            spec with { Model = spec.Model with { Lora = new() } },
            spec with { Model = spec.Model with { Lora = new() { Rank = 4 } } },
            spec with { Model = spec.Model with { Freeze = ["visual.*"] } },
        }.Select(one => new ViSurf.Training.Experiments.ExperimentPlan(one, Nano.Atlas).Stages[0].Key)];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    private static void AssertClose(string method, Func<TrainSpec, TrainSpec> saving)
    {
        ExperimentSpec spec = With(Nano.Spec(method), train => train with { ClipNorm = 0 });
        AssertClose(Step(spec), Step(With(spec, saving)), 1e-6);
    }

    private static void AssertClose((StepRecord Record, float[] Moments) whole, (StepRecord Record, float[] Moments) saved,
        double tolerance)
    {
        double largest = whole.Moments.Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.All(whole.Moments.Zip(saved.Moments), pair => Assert.Equal(pair.First, pair.Second, tolerance * largest));
        Assert.Equal(whole.Record.Metrics["train/loss"], saved.Record.Metrics["train/loss"], 10 * tolerance);
        Assert.Equal(whole.Record.Metrics["train/entropy"], saved.Record.Metrics["train/entropy"], 10 * tolerance);
    }

    private static ExperimentSpec With(ExperimentSpec spec, Func<TrainSpec, TrainSpec> change) =>
        spec with { Sft = (SftSpec)change(spec.Sft), Rl = (RlSpec)change(spec.Rl) };

    private static (StepRecord Record, float[] Moments) Step(ExperimentSpec spec)
    {
        using Policy policy = Policy.Load(Nano.Folder, spec.Model, spec.Seed);
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        StepRecord record = trainer.Step(0);
        return (record, [.. trainer.Optimiser.State.Where(pair => pair.Key.StartsWith("exp_avg.", StringComparison.Ordinal))
            .SelectMany(pair => pair.Value.data<float>().ToArray())]);
    }
}
