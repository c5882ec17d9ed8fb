using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Trainer;

public class RungTests
{
    [Theory]
    [InlineData("sft")]
    [InlineData("visurf")]
    public void A_training_cut_into_rungs_ends_as_the_training_in_one_bit_for_bit(string method)
    {
        using TemporaryFolder folder = new();
        ExperimentSpec spec = Nano.Spec(method);
        string whole = Run(spec, folder.Path)[^1];
        string[] parts = Run(spec with { Rungs = [3, 5, 8] }, folder.Path);
        Assert.Equal(Weights(whole), Weights(parts[^1]));
        Assert.Equal(Digests(whole), parts.SelectMany(Digests));
        Assert.Equal([12, 8, 12], parts.Select(part => StageRunner.ResultOf(part)!.Cost.Prompts)); // each counts its own steps
    }

    [Fact]
    public void A_rung_is_shared_by_all_that_go_on_from_it_and_its_learning_rates_are_those_of_the_whole()
    {
        ExperimentSpec spec = Nano.Spec("sft");
        ExperimentPlan first = Plan(spec, 3);
        ExperimentPlan second = Plan(spec, 3, 5);
        ExperimentPlan other = Plan(spec, 2, 5);
        Assert.Equal(first.Stages[0].Key, second.Stages[0].Key);
        Assert.NotEqual(second.Stages[1].Key, other.Stages[1].Key); // it costs other steps
        Assert.NotEqual(first.EvaluationKey, second.EvaluationKey);
        Assert.All(second.Stages, stage => Assert.Equal(8, stage.Settings.Steps));
        Assert.Equal([(0, 3), (3, 5)], second.Stages.Select(stage => (stage.Settings.From, stage.Settings.End)));
    }

    [Fact]
    public void One_rung_at_the_end_is_the_training_itself()
    {
        ExperimentSpec spec = Nano.Spec("sft");
        Assert.Equal(new ExperimentPlan(spec, Nano.Atlas).Stages[0].Key, Plan(spec, 8).Stages[0].Key);
        Assert.DoesNotContain("rungs", System.Text.Json.JsonSerializer.Serialize(spec, SpecJson.Options));
    }

    [Fact]
    public void A_rung_that_was_stopped_goes_on_from_its_own_checkpoint()
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder stopped = new();
        ExperimentSpec spec = Nano.Spec("visurf") with { Rungs = [3, 7] };
        string expected = Run(spec, whole.Path)[^1];
        Assert.ThrowsAny<OperationCanceledException>(() => Run(spec, stopped.Path, stopAt: 5));
        Assert.Equal(Weights(expected), Weights(Run(spec, stopped.Path)[^1]));
    }

    [Theory]
    [InlineData("sft")]
    [InlineData("sft", 0, 3)]
    [InlineData("sft", 3, 3)]
    [InlineData("sft", 3, 9)]
    [InlineData("sft-rlvr", 3)]
    public void What_cannot_be_cut_is_refused_by_name(string method, params int[] rungs)
    {
        Fault fault = Assert.Throws<Fault>(() => Plan(Nano.Spec(method), rungs));
        Assert.Equal((FaultCode.SpecInvalid, "rungs"), (fault.Code, fault.Subject));
    }

    private static ExperimentPlan Plan(ExperimentSpec spec, params int[] rungs) => new(spec with { Rungs = rungs }, Nano.Atlas);

    // The folders of the stages.
    private static string[] Run(ExperimentSpec spec, string folder, int? stopAt = null)
    {
        using CancellationTokenSource stop = new();
        ExperimentPlan plan = new(spec, Nano.Atlas);
        List<string> stages = [];
        foreach ((int index, PlannedStage stage) in plan.Stages.Index())
        {
            string own = Path.Combine(folder, stage.Key);
            string? before = stages.LastOrDefault();
            new StageRunner(plan.Work(index, null, () => StageRunner.CheckpointOf(before!, fault => throw fault)), own, record =>
            {
                if (record.Step == stopAt)
                {
                    stop.Cancel();
                }
            }, fault => throw fault).Run(stop.Token);
            stages.Add(own);
        }

        return [.. stages];
    }

    private static string Weights(string stage) => FileHash.Of(Path.Combine(StageRunner.ModelOf(stage), "model.safetensors"));

    private static IEnumerable<string> Digests(string stage) => MetricsLog.Read(StageRunner.MetricsOf(stage))
        .Select(record => $"{record.Step} {record.Digest} {record.Metrics["train/loss"]:R}");
}
