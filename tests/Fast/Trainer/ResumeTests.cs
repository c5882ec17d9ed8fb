using ViSurf.Sdk;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Fast.Trainer;

public class ResumeTests
{
    private readonly List<Fault> warnings = [];

    [Theory]
    [InlineData("sft")]
    [InlineData("rlvr")]
    [InlineData("visurf")]
    [InlineData("sft-rlvr")]
    public void A_run_stopped_and_resumed_equals_one_never_stopped_bit_for_bit(string method)
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder broken = new();
        ExperimentPlan plan = new(Nano.Spec(method), Nano.Atlas);

        Run(plan, whole.Path, stopAt: null);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, broken.Path, stopAt: 3));
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, broken.Path, stopAt: 6));
        Run(plan, broken.Path, stopAt: null);

        AssertSame(plan, whole.Path, broken.Path);
    }

    [Fact]
    public void A_killed_run_repeats_the_steps_after_its_last_checkpoint()
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder killed = new();
        ExperimentPlan plan = new(Nano.Spec("visurf"), Nano.Atlas);
        Run(plan, whole.Path, stopAt: null);
        Run(plan, killed.Path, stopAt: null);

        // What a kill in step 7 leaves: no result, no later checkpoint, half a line of metrics, half a checkpoint.
        string stage = Path.Combine(killed.Path, plan.Stages[0].Key);
        File.Delete(Path.Combine(stage, "stage.json"));
        Directory.Delete(Path.Combine(stage, "model"), recursive: true);
        Directory.Move(Path.Combine(stage, "checkpoints", "s00000008"), Path.Combine(stage, "checkpoints", "s00000008.part"));
        string metrics = StageRunner.MetricsOf(stage);
        File.WriteAllText(metrics, string.Join('\n', File.ReadLines(metrics).Take(7))[..^40]);
        int firstRepeated = int.MaxValue;
        Run(plan, killed.Path, stopAt: null, record => firstRepeated = Math.Min(firstRepeated, record.Step));

        Assert.Equal(7, firstRepeated);
        AssertSame(plan, whole.Path, killed.Path);
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_costs_one_checkpoint()
    {
        using TemporaryFolder whole = new();
        using TemporaryFolder damaged = new();
        ExperimentPlan plan = new(Nano.Spec("rlvr"), Nano.Atlas);
        Run(plan, whole.Path, stopAt: null);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, damaged.Path, stopAt: 6));
        string weights = Path.Combine(damaged.Path, plan.Stages[0].Key, "checkpoints", "s00000006", "model.safetensors");
        Flip(weights);

        int first = int.MaxValue;
        Run(plan, damaged.Path, stopAt: null, record => first = Math.Min(first, record.Step));

        Assert.Equal(weights, Assert.Single(warnings).Subject);
        Assert.Equal(5, first);
        AssertSame(plan, whole.Path, damaged.Path);
    }

    [Fact]
    public void Where_every_checkpoint_is_damaged_the_run_says_so_and_does_not_start_over()
    {
        using TemporaryFolder folder = new();
        ExperimentPlan plan = new(Nano.Spec("rlvr"), Nano.Atlas);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, folder.Path, stopAt: 4));
        foreach (string file in Directory.GetFiles(folder.Path, "optimizer.safetensors", SearchOption.AllDirectories))
        {
            Flip(file);
        }

        Fault fault = Assert.Throws<Fault>(() => Run(plan, folder.Path, stopAt: null));
        Assert.Equal(FaultCode.FileDamaged, fault.Code);
        Assert.EndsWith("optimizer.safetensors", fault.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_of_another_spec_are_refused()
    {
        using TemporaryFolder folder = new();
        ExperimentSpec spec = Nano.Spec("rlvr");
        ExperimentPlan plan = new(spec, Nano.Atlas);
        ExperimentPlan other = new(spec with { Seed = 2 }, Nano.Atlas);
        Assert.ThrowsAny<OperationCanceledException>(() => Run(plan, folder.Path, stopAt: 2));
        Directory.Move(Path.Combine(folder.Path, plan.Stages[0].Key), Path.Combine(folder.Path, other.Stages[0].Key));
        Assert.Equal(FaultCode.Conflict, Assert.Throws<Fault>(() => Run(other, folder.Path, stopAt: null)).Code);
    }

    private void Run(ExperimentPlan plan, string folder, int? stopAt, Action<StepRecord>? progress = null)
    {
        using CancellationTokenSource stop = new();
        for (int stage = 0; stage < plan.Stages.Count; stage++)
        {
            string? start = stage == 0 ? null
                : Path.Combine(StageRunner.ModelOf(Path.Combine(folder, plan.Stages[stage - 1].Key)), "model.safetensors");
            new StageRunner(plan.Work(stage, start), Path.Combine(folder, plan.Stages[stage].Key), record =>
            {
                progress?.Invoke(record);
                if (record.Step == stopAt)
                {
                    stop.Cancel();
                }
            }, warnings.Add).Run(stop.Token);
        }
    }

    private static void AssertSame(ExperimentPlan plan, string a, string b)
    {
        foreach (PlannedStage stage in plan.Stages)
        {
            (string left, string right) = (Path.Combine(a, stage.Key), Path.Combine(b, stage.Key));
            Assert.Equal(FileHash.Of(Path.Combine(StageRunner.ModelOf(left), "model.safetensors")),
                FileHash.Of(Path.Combine(StageRunner.ModelOf(right), "model.safetensors")));
            StepRecord[] first = [.. MetricsLog.Read(StageRunner.MetricsOf(left))];
            StepRecord[] second = [.. MetricsLog.Read(StageRunner.MetricsOf(right))];
            Assert.Equal(first.Select(Repeatable), second.Select(Repeatable));
            Assert.Equal(8, first.Length);
            Assert.Equal(Counted(StageRunner.ResultOf(left)!.Cost), Counted(StageRunner.ResultOf(right)!.Cost));
        }
    }

    // All but time and memory.
    private static (long, long, long) Counted(StageCost cost)
    {
        Assert.True(cost.CpuSeconds > 0 && cost.DeviceSeconds > 0 && cost.PeakBytes > 0, $"{cost}");
        return (cost.Prompts, cost.TokensSampled, cost.TokensTrained);
    }

    // All but time and memory: every rollout by its digest, every score, every point of a curve.
    private static string Repeatable(StepRecord record) => $"{record.Step} {record.Digest} " + string.Join(' ',
        record.Metrics.Where(metric => !metric.Key.StartsWith("time/", StringComparison.Ordinal)
                && metric.Key is not ("cost/cpuSeconds" or "cost/peakBytes"))
            .Select(metric => $"{metric.Key}={metric.Value:R}"));

    private static void Flip(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^5] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
