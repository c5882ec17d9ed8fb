using System.Collections.Concurrent;
using System.Text;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Data;
using ViSurf.Training.Experiments;
using ViSurf.Training.Randomness;
using ViSurf.Training.Trainer;

namespace ViSurf.Tests.Cluster.Api;

/// <summary>Does every stage at once: no tensors, answers that are right or wrong by the row's seed.</summary>
internal sealed class QuickTrainer : ITrainer
{
    /// <summary>An experiment whose name holds this works until it is stopped.</summary>
    public const string Held = "held";

    /// <summary>An experiment whose name holds this fails for good the first time.</summary>
    public const string FailsOnce = "fails-once";

    /// <summary>An experiment whose name holds this fails for good above a learning rate of 0.5, and is right by its rate.</summary>
    public const string ByRate = "by-rate";

    private readonly ConcurrentDictionary<string, bool> failed = [];
    private const int Steps = 3;
    private readonly Lazy<Atlas> atlas = new(() => new Atlas(Assets.Objects));

    public StageEnding Run(Attempt attempt, IAttemptControl control)
    {
        if (attempt.Spec.Name.Contains(Held, StringComparison.Ordinal) && attempt.Stage.Name != "evaluate")
        {
            control.Stepped(Record(1), Steps);
            control.Stop.WaitHandle.WaitOne();
            control.Stop.ThrowIfCancellationRequested();
        }

        if (attempt.Spec.Name.Contains(FailsOnce, StringComparison.Ordinal) && failed.TryAdd(attempt.Lease.ExperimentId, true))
        {
            throw new Fault(FaultCode.Diverged, "step 1", "the loss is NaN");
        }

        if (attempt.Spec is { Method.Name: not "base", Sft.LearningRate: > 0.5 } && IsByRate(attempt.Spec))
        {
            throw new Fault(FaultCode.Diverged, "step 1", "the loss is NaN");
        }

        ExperimentPlan plan = new(attempt.Spec, atlas.Value);
        if (attempt.Stage.Name == "evaluate")
        {
            return new(null, null, StepRows.None, MeasurementBytes.Write(Measure(plan)));
        }

        StepRows rows = new([.. Enumerable.Range(1, Steps).Select(step =>
            new StepRow(step, System.Text.Json.JsonSerializer.Serialize(Record(step), SpecJson.Options)))]);
        Checkpoint saved = control.Commit(Steps, stream => stream.Write(Encoding.UTF8.GetBytes("weights")), rows);
        return new(saved, new(attempt.Stage.Key, Steps, AnswerStyle.Spaced, new(Prompts: 48, CpuSeconds: 1)), StepRows.None, null);
    }

    private static StepRecord Record(int step) => new(step, "digest", new() { ["train/loss"] = 1.0 / step, ["reward/mean"] = step });

    private static List<Measurement> Measure(ExperimentPlan plan)
    {
        IEnumerable<(MeasurementRole Role, string Benchmark, PromptMode Prompt, ExampleSource Items)> all =
        [
            .. plan.Measurements.Select(task => (task.Role, task.Benchmark, task.Prompt, plan.Items(task))),
            (MeasurementRole.Trained, plan.Spec.Data.Benchmark, plan.Spec.Data.Prompt, plan.TrainedItems()),
        ];
        return [.. all.Select(one => new Measurement(one.Role, one.Benchmark, one.Prompt,
            [.. Enumerable.Range(0, one.Items.Count).Select(one.Items.At).Select(example =>
                new ItemScore(example.Id, example.Cell ?? "all", "<answer>[]</answer>", Right(plan.Spec, example), true, true,
                    example.Problem))]))];
    }

    private static bool IsByRate(ExperimentSpec spec) => spec.Name.Contains(ByRate, StringComparison.Ordinal);

    // The higher the rate, the more of the items, with the longest training as with the shortest.
    private static double Right(ExperimentSpec spec, Example example) => !IsByRate(spec) ? spec.Seed % 2
        : new Draws(1, example.Id).Unit() < spec.Sft.LearningRate ? 1 : 0;
}
