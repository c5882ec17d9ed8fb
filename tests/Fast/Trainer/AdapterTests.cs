using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Experiments;
using ViSurf.Training.Model;
using ViSurf.Training.Policies;
using ViSurf.Training.Trainer;
using ViSurf.Training.Weights;

namespace ViSurf.Tests.Fast.Trainer;

public class AdapterTests
{
    private static readonly LoraSpec Lora = new() { Rank = 4, Alpha = 8 };

    [Fact]
    public void Training_starts_from_the_model_itself_and_leaves_its_weights_alone()
    {
        ExperimentSpec spec = Spec("visurf");
        using Policy plain = Nano.Policy();
        using StageTrainer whole = Nano.Trainer(Nano.Spec("visurf"), plain);
        using Policy policy = Load(spec);
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        byte[] before = Bytes(policy.Model.Weights.Named);

        Assert.Equal(whole.Step(0).Digest, trainer.Step(0).Digest); // the same rollouts, to the bit
        trainer.Step(1);

        Assert.Equal(before, Bytes(policy.Model.Weights.Named));
        Assert.All(policy.Model.Weights.Named, pair => Assert.Null(pair.Value.grad));
        Assert.Equal(14, policy.Trained.Count); // seven projections of one layer
        Assert.Equal(policy.Trained.Select(pair => $"exp_avg.{pair.Key}"),
            trainer.Optimiser.State.Select(pair => pair.Key).Where(name => name.StartsWith("exp_avg.", StringComparison.Ordinal)));
        Assert.All(policy.Trained, pair => Assert.True(pair.Value.abs().max().item<float>() > 0));
    }

    [Fact]
    public void A_weight_with_its_adapter_merged_computes_what_the_two_do()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        using Policy policy = Trained(Spec("sft"));
        ModelFolder.Save(policy.Model, Nano.Folder, folder.Path);
        using Policy merged = Policy.Load(folder.Path);
        using Policy untrained = Nano.Policy();

        double apart = (States(policy) - States(merged)).abs().max().item<float>();
        Assert.InRange(apart, 0, 1e-5);
        Assert.True((States(policy) - States(untrained)).abs().max().item<float>() > 100 * apart + 1e-3);
    }

    [Fact]
    public void Switched_off_the_adapters_leave_the_model_as_it_was()
    {
        using var scope = NewDisposeScope();
        using Policy policy = Trained(Spec("sft"));
        using Policy untrained = Nano.Policy();
        using (policy.Adapters!.Before())
        {
            Assert.Equal(States(untrained).bytes.ToArray(), States(policy).bytes.ToArray());
        }

        Assert.NotEqual(States(untrained).bytes.ToArray(), States(policy).bytes.ToArray());
    }

    [Fact]
    public void Adapters_are_saved_as_PEFT_names_them_and_loaded_again()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        ExperimentSpec spec = Spec("sft");
        using Policy policy = Trained(spec);
        LoraFolder.Save(policy.Adapters!, Nano.Folder, folder.Path);

        SafetensorsFile file = new(Path.Combine(folder.Path, "adapter_model.safetensors"));
        Assert.Equal([4, 16], file.Entries["base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"].Shape);
        Assert.Equal([8, 4], file.Entries["base_model.model.model.layers.0.self_attn.k_proj.lora_B.weight"].Shape);
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "adapter_config.json")))!;
        Assert.Equal(("LORA", 4, 8.0), (config["peft_type"]!.GetValue<string>(), config["r"]!.GetValue<int>(),
            config["lora_alpha"]!.GetValue<double>()));
        string modules = $"^{config["target_modules"]!.GetValue<string>()}$"; // PEFT matches the whole name
        Assert.Matches(modules, "model.layers.0.self_attn.q_proj");
        Assert.Matches(modules, "model.language_model.layers.27.mlp.down_proj");
        Assert.DoesNotMatch(modules, "visual.blocks.0.mlp.down_proj");

        using Policy read = Load(spec);
        LoraFolder.Load(read.Adapters!, folder.Path);
        Assert.Equal(Bytes(policy.Trained), Bytes(read.Trained));
    }

    [Fact]
    public void Adapters_of_another_rank_are_refused_by_name()
    {
        using TemporaryFolder folder = new();
        using Policy policy = Load(Spec("sft"));
        LoraFolder.Save(policy.Adapters!, Nano.Folder, folder.Path);
        using Policy other = Load(Spec("sft", Lora with { Rank = 2 }));
        Fault fault = Assert.Throws<Fault>(() => LoraFolder.Load(other.Adapters!, folder.Path));
        Assert.Matches(new Regex(@"q_proj\.lora_A\.weight' has shape \[4, 16\] where model\.lora asks for \[2, 16\]"), fault.Message);
    }

    [Fact]
    public void A_target_that_is_no_projection_is_refused_with_what_there_is()
    {
        Fault fault = Assert.Throws<Fault>(() => Load(Spec("sft", Lora with { Targets = ["q_proj", "query"] })));
        Assert.Equal("model.lora.targets", fault.Subject);
        Assert.Contains("'query'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("model.layers.*.self_attn.q_proj", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_vision_tower_has_adapters_where_that_is_asked_for()
    {
        using Policy policy = Load(Spec("sft", Lora with { Targets = ["attn.qkv", "*.o_proj"], Vision = VisionPart.Trained }));
        Assert.Equal(["model.layers.0.self_attn.o_proj", "visual.blocks.0.attn.qkv"], policy.Adapters!.Modules);
    }

    // What is beside a trained projection in its layer may be of no gradient.
    [Theory]
    [InlineData("q_proj", "sft")]
    [InlineData("q_proj v_proj", "visurf")]
    [InlineData("k_proj", "visurf")]
    public void Adapters_of_some_projections_have_the_same_gradient_where_layers_are_computed_again(string targets, string method)
    {
        ExperimentSpec spec = Spec(method, Lora with { Targets = targets.Split(' ') });
        using Policy kept = Trained(spec);
        using Policy again = Trained(spec with { Sft = spec.Sft with { Recompute = true }, Rl = spec.Rl with { Recompute = true } });
        Assert.All(kept.Trained, pair => Assert.True(pair.Value.abs().max().item<float>() > 0));
        Assert.Equal(Bytes(kept.Trained), Bytes(again.Trained));
    }

    [Fact]
    public void A_second_stage_starts_from_the_adapters_of_the_first_wherever_it_runs()
    {
        using TemporaryFolder folder = new();
        ExperimentPlan plan = new(Spec("sft-rlvr"), Nano.Atlas);
        string first = Path.Combine(folder.Path, "first");
        new StageRunner(plan.Work(0, null), first, _ => { }, fault => throw fault).Run(CancellationToken.None);

        // A server's next stage gets the last checkpoint.
        string served = Path.Combine(first, "checkpoints", "s00000008", "model.safetensors");
        string[] ends = [.. new[] { StageRunner.StartOf(first, plan.Spec.Model), served }.Select((start, i) =>
        {
            string second = Path.Combine(folder.Path, $"second{i}");
            new StageRunner(plan.Work(1, start), second, _ => { }, fault => throw fault).Run(CancellationToken.None);
            return FileHash.Of(StageRunner.StartOf(second, plan.Spec.Model));
        })];
        Assert.Equal(ends[1], ends[0]);
    }

    [Fact]
    public void A_checkpoint_holds_the_adapters_alone_and_a_stopped_run_goes_on_to_the_same_bits()
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder broken = new();
        ExperimentPlan plan = new(Spec("sft-rlvr"), Nano.Atlas);
        Run(plan, whole.Path, stopAt: null);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, broken.Path, stopAt: 3));
        Run(plan, broken.Path, stopAt: null);

        foreach (PlannedStage stage in plan.Stages)
        {
            string checkpoint = Path.Combine(whole.Path, stage.Key, "checkpoints", "s00000008", "model.safetensors");
            Assert.All(new SafetensorsFile(checkpoint).Entries.Keys, name =>
                Assert.Matches(@"^base_model\.model\..*\.lora_[AB]\.weight$", name));
            Assert.Equal(FileHash.Of(checkpoint), FileHash.Of(checkpoint.Replace(whole.Path, broken.Path, StringComparison.Ordinal)));
        }
    }

    // What a second stage starts from is the reference of its divergence, and not the model before both.
    [Fact]
    public void A_stage_that_starts_from_adapters_diverges_from_those()
    {
        using TemporaryFolder folder = new();
        ExperimentSpec spec = Spec("rlvr");
        spec = spec with { Method = spec.Method with { KlWeight = 0.1 } };
        string file = Path.Combine(folder.Path, "start.safetensors");
        using (Policy first = Trained(Spec("sft")))
        {
            SafetensorsWriter.Write(file, first.Trained);
        }

        using Policy policy = Policy.Load(Nano.Folder, spec.Model, spec.Seed, file);
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        Assert.Equal(0, trainer.Step(0).Metrics["train/divergence"], 1e-6);
        trainer.Step(1);
        Assert.True(trainer.Step(2).Metrics["train/divergence"] > 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frozen_weights_have_no_gradient_no_state_and_stay(bool recompute)
    {
        ExperimentSpec spec = Nano.Spec("sft");
        spec = spec with
        {
            Model = spec.Model with { Freeze = ["visual.*", "model.embed_tokens.weight"] },
            Sft = spec.Sft with { Recompute = recompute },
        };
        using Policy policy = Load(spec);
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        Dictionary<string, byte[]> before = policy.Model.Weights.Named.ToDictionary(pair => pair.Key, pair => pair.Value.bytes.ToArray());
        trainer.Step(0);
        Assert.All(policy.Model.Weights.Named, pair =>
        {
            bool isFrozen = pair.Key.StartsWith("visual.", StringComparison.Ordinal) || pair.Key == "model.embed_tokens.weight";
            Assert.Equal(isFrozen, before[pair.Key].AsSpan().SequenceEqual(pair.Value.bytes));
            Assert.Equal(!isFrozen, trainer.Optimiser.State.Any(state => state.Key == $"exp_avg.{pair.Key}"));
        });
        Assert.DoesNotContain(policy.Trained, pair => pair.Key.StartsWith("visual.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_pattern_that_freezes_nothing_is_refused()
    {
        ExperimentSpec spec = Nano.Spec("sft");
        Fault fault = Assert.Throws<Fault>(() => Load(spec with { Model = spec.Model with { Freeze = ["vision.*"] } }));
        Assert.Equal("model.freeze", fault.Subject);
    }

    private static ExperimentSpec Spec(string method, LoraSpec? lora = null)
    {
        ExperimentSpec spec = Nano.Spec(method);
        return spec with { Model = spec.Model with { Lora = lora ?? Lora } };
    }

    private static Policy Load(ExperimentSpec spec) => Policy.Load(Nano.Folder, spec.Model, spec.Seed);

    private static Policy Trained(ExperimentSpec spec)
    {
        Policy policy = Load(spec);
        using StageTrainer trainer = Nano.Trainer(spec, policy);
        for (int step = 0; step < 3; step++)
        {
            trainer.Step(step);
        }

        return policy;
    }

    private static Tensor States(Policy policy)
    {
        using var noGrad = no_grad();
        StageSettings settings = Nano.Settings(Nano.Spec("sft"));
        using PromptBatch batch = policy.Batch([policy.Prepare(Nano.Examples().At(0), settings.Benchmark, settings.Prompt)]);
        return batch.Forward(policy.Model, new RecordedKeyValues());
    }

    private static void Run(ExperimentPlan plan, string folder, int? stopAt)
    {
        using CancellationTokenSource stop = new();
        string? start = null;
        for (int stage = 0; stage < plan.Stages.Count; stage++)
        {
            string own = Path.Combine(folder, plan.Stages[stage].Key);
            new StageRunner(plan.Work(stage, start), own, record =>
            {
                if (record.Step == stopAt)
                {
                    stop.Cancel();
                }
            }, fault => throw fault).Run(stop.Token);
            start = Path.Combine(own, "checkpoints", "s00000008", "model.safetensors");
        }
    }

    private static byte[] Bytes(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        [.. tensors.SelectMany(pair => pair.Value.bytes.ToArray())];
}
