using ViSurf.Sdk;
using ViSurf.Training.Methods;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Sampling;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Trainer;

public class UpdateTests
{
    private const double FirstMoment = 0.1; // after one update from 0, exp_avg is (1 - beta1) times the gradient

    [Theory]
    [InlineData("sft", Reduction.TokenMean)]
    [InlineData("visurf", Reduction.TokenMean)]
    [InlineData("visurf", Reduction.SequenceMean)]
    [InlineData("visurf", Reduction.SequenceSum)]
    [InlineData("visurf", Reduction.FixedLength)]
    public void Accumulated_micro_batches_have_the_gradient_of_the_large_batch(string method, Reduction reduction)
    {
        ExperimentSpec spec = Plain(Nano.Spec(method));
        spec = spec with { Method = spec.Method with { Reduction = reduction } };
        float[] large = Gradient(spec);
        float[] accumulated = Gradient(spec with { Sft = spec.Sft with { MicroPrompts = 1 }, Rl = spec.Rl with { MicroPrompts = 3 } });
        double largest = large.Max(Math.Abs);
        Assert.True(largest > 0);
        Assert.All(large.Zip(accumulated), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * largest));
    }

    // All rollouts of the untrained model are wrong alike, so the group's update is SFT, scaled, less what the rollouts share.
    [Fact]
    public void In_an_all_wrong_group_the_update_is_the_label_against_the_mean_rollout()
    {
        ExperimentSpec spec = Plain(Nano.Spec("visurf"));
        spec = spec with
        {
            Method = spec.Method with { Deviation = Deviation.Population, Reduction = Reduction.SequenceSum },
            Rl = spec.Rl with { PromptsPerStep = 1, Prompts = 1 },
        };
        using Policy policy = Nano.Policy();
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        Group group = Sampled(policy, spec);
        Assert.Single(group.Members.Where(member => !member.IsLabel).Select(member => member.Reward).Distinct());

        int groupSize = spec.Method.GroupSize;
        double coefficient = Math.Sqrt(groupSize) / (groupSize + 1);
        float[] expected = Expected(policy, group, member => member.IsLabel ? coefficient : -coefficient / groupSize);
        trainer.Step(0);

        double largest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(Moments(trainer)), pair => Assert.Equal(pair.First, pair.Second / FirstMoment, 1e-4 * largest));
    }

    [Fact]
    public void With_two_updates_on_the_same_rollouts_the_clip_acts()
    {
        ExperimentSpec spec = Nano.Spec("visurf");
        spec = spec with { Rl = spec.Rl with { Epochs = 2, MiniBatches = 2 } };
        (StepRecord narrow, byte[] narrowWeights) = OneStep(spec);
        (StepRecord wide, byte[] wideWeights) = OneStep(spec with { Method = spec.Method with { ClipLow = 1, ClipHigh = 100 } });
        (StepRecord single, _) = OneStep(spec with { Rl = spec.Rl with { Epochs = 1, MiniBatches = 1 } });

        Assert.True(narrow.Metrics["train/clippedShare"] > 0.01);
        Assert.Equal(0, wide.Metrics["train/clippedShare"]);
        Assert.Equal(0, single.Metrics["train/clippedShare"]);
        Assert.NotEqual(narrowWeights, wideWeights);
    }

    [Fact]
    public void The_reference_model_costs_nothing_at_first_and_holds_back_later()
    {
        ExperimentSpec spec = Nano.Spec("rlvr");
        spec = spec with { Method = spec.Method with { KlWeight = 0.1 }, Rl = spec.Rl with { LearningRate = 3e-2 } };
        using Policy policy = Nano.Policy();
        using StageTrainer trainer = new(policy, Nano.Policy(), Nano.Settings(spec), Nano.Examples());
        Assert.Equal(0, trainer.Step(0).Metrics["train/divergence"], 1e-6);
        trainer.Step(1);
        Assert.True(trainer.Step(2).Metrics["train/divergence"] > 1e-4);
    }

    [Fact]
    public void Sampler_and_trainer_agree_on_the_log_probability_of_every_token()
    {
        using Policy policy = Nano.Policy();
        using StageTrainer trainer = Nano.Trainer(Nano.Spec("visurf"), policy);
        Assert.InRange(trainer.Step(0).Metrics["sampler/gapMax"], 0, 1e-4);
    }

    [Fact]
    public void One_seed_is_one_run_and_another_seed_is_another()
    {
        ExperimentSpec spec = Nano.Spec("visurf");
        Assert.Equal(OneStep(spec).Weights, OneStep(spec).Weights);
        Assert.NotEqual(OneStep(spec).Weights, OneStep(spec with { Seed = 2 }).Weights);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_and_leaves_the_weights()
    {
        using Policy policy = Nano.Policy();
        ExperimentSpec spec = Nano.Spec("visurf");
        using StageTrainer trainer = new(policy, null, Nano.Settings(spec) with { Method = new NoNumberMethod() }, Nano.Examples());
        byte[] before = Bytes(policy);
        Fault fault = Assert.Throws<Fault>(() => trainer.Step(4));
        Assert.Equal((FaultCode.Diverged, "step 5"), (fault.Code, fault.Subject));
        Assert.Equal(before, Bytes(policy));
    }

    private static ExperimentSpec Plain(ExperimentSpec spec) => spec with
    {
        Sft = spec.Sft with { ClipNorm = 0 },
        Rl = spec.Rl with { ClipNorm = 0 },
    };

    private static float[] Gradient(ExperimentSpec spec)
    {
        using Policy policy = Nano.Policy();
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        trainer.Step(0);
        return Moments(trainer);
    }

    private static float[] Moments(StageTrainer trainer) =>
        [.. trainer.Optimiser.State.Where(pair => pair.Key.StartsWith("exp_avg.", StringComparison.Ordinal))
            .SelectMany(pair => pair.Value.data<float>().ToArray())];

    private static Group Sampled(Policy policy, ExperimentSpec spec)
    {
        StageSettings settings = Nano.Settings(spec);
        Prompt prompt = policy.Prepare(Nano.Examples().At(new ViSurf.Training.Data.PromptOrder(spec.Seed, 24).At(0)),
            settings.Benchmark, settings.Prompt);
        return new GroupMaker(policy, null, settings).Make([prompt], 0)[0];
    }

    private static float[] Expected(Policy policy, Group group, Func<Member, double> weight)
    {
        using var scope = NewDisposeScope();
        using PromptBatch batch = policy.Batch([group.Prompt]);
        using TokenDistribution distribution = new(1, policy.Banned, policy.Model.Config.VocabSize);
        Tensor logp = ResponseScorer.Score(policy.Model, batch,
            [.. group.Members.Select(member => new ScoredRow(0, member.Tokens))], distribution).LogProbs_M;
        float[] weights = [.. group.Members.SelectMany(member => member.Tokens.Select(_ => (float)weight(member)))];
        (-(logp * tensor(weights)).sum()).backward();
        float[] gradient = [.. policy.Model.Weights.Named.SelectMany(pair => pair.Value.grad!.data<float>().ToArray())];
        foreach ((_, Tensor value) in policy.Model.Weights.Named)
        {
            value.grad = null;
        }

        return gradient;
    }

    private static (StepRecord Record, byte[] Weights) OneStep(ExperimentSpec spec)
    {
        using Policy policy = Nano.Policy();
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        return (trainer.Step(0), Bytes(policy));
    }

    private static byte[] Bytes(Policy policy) => [.. policy.Model.Weights.Named.SelectMany(pair => pair.Value.bytes.ToArray())];

    private sealed class NoNumberMethod : Method
    {
        public override MethodSpec Reads(MethodSpec spec) => spec;

        public override Group Compare(Group sampled, MethodSpec spec) => sampled;

        public override double[] Weigh(Group group, MethodSpec spec, int step) => new double[group.Members.Count];

        public override Tensor Objective(Tensor logp_M, Tensor oldLogp_M, Tensor advantage_M, MethodSpec spec) => logp_M * float.NaN;
    }
}
