using System.Text.Json.Nodes;
using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Trainer;

public class BranchTests
{
    private const int At = 3; // between two checkpoints of the whole training

    [Theory]
    [InlineData("sft")]
    [InlineData("visurf")]
    public void A_branch_that_changes_nothing_ends_as_the_training_that_it_left_bit_for_bit(string method)
    {
        using TemporaryFolder folder = new();
        ExperimentSpec spec = Nano.Spec(method);
        string whole = Run(new(spec, Nano.Atlas), folder.Path);
        string branch = Run(new(Branched(spec, ("method.temperature", 1.0)), Nano.Atlas), folder.Path);
        Assert.Equal(Weights(whole), Weights(branch));
        Assert.Equal(Digests(whole).Skip(At), Digests(branch));
    }

    [Fact]
    public void A_branch_differs_from_its_first_step_on_and_shares_what_is_before()
    {
        using TemporaryFolder folder = new();
        ExperimentSpec spec = Nano.Spec("visurf");
        ExperimentPlan faster = new(Branched(spec, ("rl.learningRate", 0.02)), Nano.Atlas);
        ExperimentPlan without = new(Branched(spec, ("method.injectLabel", false)), Nano.Atlas);
        Assert.Equal(faster.Stages[0].Key, without.Stages[0].Key);
        Assert.Equal(3, new[] { faster.Stages[0], faster.Stages[1], without.Stages[1] }.DistinctBy(stage => stage.Key).Count());
        string first = Run(faster, folder.Path);
        string second = Run(without, folder.Path);
        Assert.Equal(Digests(first)[0].Split(' ')[1], Digests(second)[0].Split(' ')[1]); // the same weights, the same random numbers
        Assert.NotEqual(Weights(first), Weights(second));
        Assert.Equal(5 * 4, StageRunner.ResultOf(first)!.Cost.Prompts); // those of the first steps are counted where they were trained
    }

    [Fact]
    public void A_branch_that_was_stopped_goes_on_from_its_own_checkpoint()
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder stopped = new();
        ExperimentPlan plan = new(Branched(Nano.Spec("visurf"), ("method.smooth", false)), Nano.Atlas);
        string expected = Run(plan, whole.Path);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, stopped.Path, stopAt: 5));
        Assert.Equal(Weights(expected), Weights(Run(plan, stopped.Path)));
    }

    [Theory]
    [InlineData("visurf", 8, "method.smooth", "branch.atStep")]
    [InlineData("visurf", 3, "rl.promptsPerStep", "branch.set.rl.promptsPerStep")]
    [InlineData("visurf", 3, "data.labels", "branch.set.data.labels")]
    [InlineData("visurf", 3, "method.name", "branch.set.method.name")]
    [InlineData("visurf", 3, "method.no", "branch.set.method.no")]
    [InlineData("sft-rlvr", 3, "method.smooth", "branch")]
    public void What_cannot_branch_is_refused_by_name(string method, int at, string field, string subject)
    {
        ExperimentSpec spec = Branched(Nano.Spec(method), (field, false)) with { };
        Fault fault = Assert.Throws<Fault>(() => new ExperimentPlan(spec with { Branch = spec.Branch! with { AtStep = at } }, Nano.Atlas));
        Assert.Equal((FaultCode.SpecInvalid, subject), (fault.Code, fault.Subject));
    }

    private static ExperimentSpec Branched(ExperimentSpec spec, (string Field, JsonNode Value) set) =>
        spec with { Branch = new() { AtStep = At, Set = new Dictionary<string, JsonNode> { [set.Field] = set.Value } } };

    // The folder of the last stage.
    private static string Run(ExperimentPlan plan, string folder, int? stopAt = null)
    {
        using CancellationTokenSource stop = new();
        string? before = null;
        foreach ((int index, PlannedStage stage) in plan.Stages.Index())
        {
            string own = Path.Combine(folder, stage.Key);
            string? trunk = before;
            new StageRunner(plan.Work(index, null, () => StageRunner.CheckpointOf(trunk!, fault => throw fault)), own, record =>
            {
                if (record.Step == stopAt)
                {
                    stop.Cancel();
                }
            }, fault => throw fault).Run(stop.Token);
            before = own;
        }

        return before!;
    }

    private static string Weights(string stage) => FileHash.Of(Path.Combine(StageRunner.ModelOf(stage), "model.safetensors"));

    private static string[] Digests(string stage) =>
    [
        .. MetricsLog.Read(StageRunner.MetricsOf(stage))
            .Select(record => $"{record.Step} {record.Digest} {record.Metrics["train/loss"]:R}"),
    ];
}
