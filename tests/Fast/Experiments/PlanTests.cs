using ViSurf.Sdk;
using ViSurf.Training;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;

namespace ViSurf.Tests.Fast.Experiments;

public class PlanTests
{
    [Fact]
    public void SFT_then_RLVR_starts_from_the_SFT_baseline_itself()
    {
        ExperimentPlan sft = new(Nano.Spec("sft"), Nano.Atlas);
        ExperimentPlan both = new(Nano.Spec("sft-rlvr"), Nano.Atlas);
        Assert.Equal(sft.Stages[0].Key, both.Stages[0].Key);
        Assert.Equal(["sft", "rlvr"], both.Stages.Select(stage => stage.Name));
        Assert.NotEqual(new ExperimentPlan(Nano.Spec("rlvr"), Nano.Atlas).Stages[0].Key, both.Stages[1].Key);
    }

    [Fact]
    public void A_switch_that_a_method_does_not_read_makes_no_other_stage()
    {
        ExperimentSpec spec = Nano.Spec("rlvr");
        string key = Key(spec);
        Assert.Equal(key, Key(spec with { Method = spec.Method with { Smooth = false, Align = false } }));
        Assert.Equal(key, Key(spec with { Name = "another", Sft = spec.Sft with { LearningRate = 0.1 } }));
        Assert.NotEqual(key, Key(spec with { Method = spec.Method with { GroupSize = 4 } }));
        Assert.NotEqual(key, Key(spec with { Seed = 2 }));
        Assert.NotEqual(key, Key(spec with { Rl = spec.Rl with { LearningRate = 0.1 } }));
    }

    [Fact]
    public void A_base_model_held_otherwise_is_another_evaluation()
    {
        ExperimentSpec spec = Nano.Spec("base");
        string plain = new ExperimentPlan(spec, Nano.Atlas).EvaluationKey;
        string[] keys = [.. new[]
        {
            spec.Model with { Dtype = WeightType.Bfloat16 },
            spec.Model with { Attention = AttentionKernel.Fast },
            spec.Model with { Lora = new() },
        }.Select(model => new ExperimentPlan(spec with { Model = model }, Nano.Atlas).EvaluationKey)];
        Assert.Equal(3, keys.Append(plain).Distinct().Count());
        Assert.Equal(plain, keys[2]); // untrained adapters add nothing
    }

    [Theory]
    [InlineData("ppo", "mini-mix", "method.name", "'ppo' is unknown; known: base, sft, sft-self-thought, rlvr, sft-rlvr, visurf, hpt")]
    [InlineData("sft", "maxi-mix", "data.benchmark", "'maxi-mix' is unknown; known: grefcoco, isic2018, mathvista, mini-count, mini-find, mini-mix, mini-mix-noto, mini-name, mini-new, mini-point, mini-say, omniact, realiad, reasonseg")]
    public void An_unknown_name_is_refused_with_the_known_ones(string method, string benchmark, string path, string reason)
    {
        ExperimentSpec spec = Nano.Spec(method);
        Fault fault = Assert.Throws<Fault>(() =>
            new ExperimentPlan(spec with { Data = spec.Data with { Benchmark = benchmark } }, Nano.Atlas));
        Assert.Equal((path, reason), (fault.Subject, fault.Reason));
    }

    [Theory]
    [InlineData("grefcoco")]
    [InlineData("reasonseg")]
    [InlineData("omniact")]
    [InlineData("realiad")]
    [InlineData("isic2018")]
    [InlineData("mathvista")]
    public void A_benchmark_without_an_adapter_is_planned_with_and_nothing_else(string name)
    {
        ExperimentSpec spec = Nano.Spec("visurf") with { Data = Nano.Spec("visurf").Data with { Benchmark = name } };
        Assert.Equal("visurf", Assert.Single(new ExperimentPlan(spec, Nano.Atlas, isPreview: true).Stages).Name);
        Fault fault = Assert.Throws<Fault>(() => new ExperimentPlan(spec, Nano.Atlas));
        Assert.Equal("data.benchmark", fault.Subject);
        Assert.StartsWith($"'{name}' has no adapter", fault.Reason, StringComparison.Ordinal);
        Benchmark declared = Catalogs.Benchmarks.Make(name, "name");
        Assert.All(
            (Action[])[() => _ = declared.Rewards, () => _ = declared.Metrics, () => declared.Instruction("x"),
                () => declared.Draw(Nano.Atlas, Split.Train, 1, 1)],
            use => Assert.Equal(fault.Message, Assert.Throws<Fault>(use).Message));
    }

    [Fact]
    public void Names_and_a_folder_that_are_wrong_are_said_together()
    {
        ExperimentSpec spec = Nano.Spec("ppo") with { Model = new() { Path = "nowhere" }, Data = new() { Benchmark = "maxi-mix" } };
        Fault fault = Assert.Throws<Fault>(() => new ExperimentPlan(spec, Nano.Atlas));
        Assert.Equal(["method.name", "data.benchmark", "model.path"], fault.Others.Prepend(fault).Select(one => one.Subject));
    }

    [Fact]
    public void A_missing_model_or_data_file_is_refused_before_anything_starts()
    {
        ExperimentSpec spec = Nano.Spec("sft");
        Assert.Equal("model.path",
            Assert.Throws<Fault>(() => new ExperimentPlan(spec with { Model = new() { Path = "nowhere" } }, Nano.Atlas)).Subject);
        Assert.Equal("no.parquet",
            Assert.Throws<Fault>(() => new ExperimentPlan(spec with { Data = spec.Data with { File = "no.parquet" } }, Nano.Atlas))
                .Subject);
    }

    private static string Key(ExperimentSpec spec) => new ExperimentPlan(spec, Nano.Atlas).Stages[0].Key;
}
