using System.Runtime.ExceptionServices;
using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Experiments;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Fast.Trainer;

public class MemoryTests
{
    // On a thread of its own: the count is the thread's, and other tests leave tensors to the garbage collector.
    [Fact]
    public void A_thousand_steps_leave_no_tensor_behind()
    {
        (long early, long late) = OnItsOwn(() => Count(1_000, spec => spec));
        Assert.Equal(early, late);
    }

    [Fact]
    public void Neither_do_the_steps_of_a_large_model()
    {
        (long early, long late) = OnItsOwn(() => Count(100, spec => spec with
        {
            Model = spec.Model with { Dtype = WeightType.Bfloat16, Lora = new(), Attention = AttentionKernel.Fast },
            Method = spec.Method with { KlWeight = 0.1 },
            Rl = spec.Rl with { Recompute = true, LogitChunk = 20, MicroTokens = 100, Epochs = 2 },
        }));
        Assert.Equal(early, late);
    }

    [Fact]
    public void Nor_does_a_model_that_is_refused_half_way()
    {
        using TemporaryFolder folder = new();
        (string spare, string missing) = (folder.File("spare.safetensors"), folder.File("missing.safetensors"));
        using (Policy policy = Nano.Policy())
        using (Tensor one = ones(1))
        {
            SafetensorsWriter.Write(spare, [.. policy.Model.Weights.Named, new("spare", one)]);
            SafetensorsWriter.Write(missing, policy.Model.Weights.Named.SkipLast(1));
        }

        (long early, long late) = OnItsOwn(() =>
        {
            long live = Live;
            Assert.Contains("spare", Refused(spare), StringComparison.Ordinal);
            Assert.Contains("has no tensor", Refused(missing), StringComparison.Ordinal);
            return (live, Live);

            static string Refused(string weights) => Assert.Throws<Fault>(() => Policy.Load(Nano.Folder, weights)).Reason;
        });
        Assert.Equal(early, late);
    }

    // A layer's input is of no use after it where no gradient is wanted; its keys and values are.
    [Fact]
    public void A_pass_without_gradients_keeps_no_layer_s_output()
    {
        using Policy policy = Nano.Policy();
        ModelConfig nano = policy.Model.Config;
        (long shallow, long deep) = OnItsOwn(() => (
            Kept(nano),
            Kept(nano with { Layers = 4, Vision = nano.Vision with { Depth = 4 } })));
        Assert.Equal(2 * 3, deep - shallow);
    }

    [Fact]
    public void A_checkpoint_is_read_one_tensor_at_a_time()
    {
        ExperimentPlan plan = new(Nano.Spec("sft"), Nano.Atlas);
        using Policy policy = Nano.Policy();
        List<long> live = [];
        OnItsOwn(() =>
        {
            new StageRun(plan.Work(0, null), new Watched(plan, policy, live)).Run(CancellationToken.None);
            return (0, 0);
        });
        Assert.Equal(3 * policy.Model.Weights.Named.Count, live.Count); // weights, and two moments of each
        Assert.Single(live.Distinct());
    }

    private static long Live => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static long Kept(ModelConfig config)
    {
        using VisionLanguageModel model = new(config, new DrawnWeights(1, 0.02));
        using Policy nano = Nano.Policy();
        StageSettings settings = Nano.Settings(Nano.Spec("sft"));
        using PromptBatch batch = nano.Batch([nano.Prepare(Nano.Examples().At(0), settings.Benchmark, settings.Prompt)]);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long live = Live;
        batch.Forward(model, new RecordedKeyValues());
        return Live - live;
    }

    /// <summary>A stage that was trained to its end, and counts what lives when a tensor is asked for.</summary>
    private sealed class Watched(ExperimentPlan plan, Policy policy, List<long> live) : IStageStore
    {
        public StoredCheckpoint? Restore() => new(new()
        {
            StageKey = plan.Stages[0].Key,
            Step = plan.Stages[0].Settings.Steps,
            Updates = 1,
            Spec = plan.Spec,
            LabelStyle = AnswerStyle.Compact,
            Cost = new(),
        }, Read, Read);

        public void Stepped(StepRecord record) => throw new InvalidOperationException("nothing is left to train");

        public void Save(CheckpointManifest manifest, IReadOnlyList<TensorBytes> weights, IReadOnlyList<TensorBytes> optimiser) =>
            throw new InvalidOperationException("nothing was trained");

        public void Finish(Policy trained, StageResult result) => Assert.Equal(AnswerStyle.Compact, result.LabelStyle);

        private Tensor Read(string name)
        {
            live.Add(Live);
            return zeros_like(policy.Model.Weights.Named.First(pair => name.EndsWith(pair.Key, StringComparison.Ordinal)).Value);
        }
    }

    private static (long Early, long Late) OnItsOwn(Func<(long, long)> count)
    {
        (long, long) counted = default;
        ExceptionDispatchInfo? failed = null;
        Thread thread = new(() =>
        {
            try
            {
                counted = count();
            }
            catch (Exception e)
            {
                failed = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failed?.Throw();
        return counted;
    }

    private static (long Early, long Late) Count(int steps, Func<ExperimentSpec, ExperimentSpec> change)
    {
        ExperimentSpec spec = change(Nano.Spec("visurf"));
        spec = spec with
        {
            Rl = spec.Rl with { Prompts = 2_000, PromptsPerStep = 2 },
            Method = spec.Method with { GroupSize = 2, MaxTokens = 20 },
        };
        using Policy policy = Policy.Load(Nano.Folder, spec.Model, spec.Seed);
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        trainer.Step(0);
        long live = Live;
        for (int step = 1; step < steps; step++)
        {
            trainer.Step(step);
        }

        return (live, Live);
    }
}
