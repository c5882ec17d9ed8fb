using ViSurf.Sdk;
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

    [Theory]
    [InlineData("ppo", "mini-mix", "method.name", "'ppo' is unknown; known: base, sft, rlvr, sft-rlvr, visurf")]
    [InlineData("sft", "maxi-mix", "data.benchmark", "'maxi-mix' is unknown; known: mini-count, mini-find, mini-mix, mini-mix-noto, mini-name, mini-new, mini-point, mini-say")]
    public void An_unknown_name_is_refused_with_the_known_ones(string method, string benchmark, string path, string reason)
    {
        ExperimentSpec spec = Nano.Spec(method);
        Fault fault = Assert.Throws<Fault>(() =>
            new ExperimentPlan(spec with { Data = spec.Data with { Benchmark = benchmark } }, Nano.Atlas));
        Assert.Equal((path, reason), (fault.Subject, fault.Reason));
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
