using ViSurf.Sdk;
using ViSurf.Training.Data;
using ViSurf.Training.Devices;
using ViSurf.Training.Methods;
using ViSurf.Training.Optimisation;
using ViSurf.Training.Policies;

namespace ViSurf.Training.Trainer;

/// <summary>The one loop: ask, score, compare, update. Every method runs through it.</summary>
/// <remarks>Runs on the thread that made it, with torch's scopes, which are per thread.</remarks>
public sealed class StageTrainer : IDisposable
{
    private readonly StageSettings stage;
    private readonly ExampleSource examples;
    private readonly PromptOrder order;
    private readonly GroupMaker groups;
    private readonly PolicyUpdate update;
    private readonly Policy? reference;
    private readonly MemoryWatch memory;

    /// <param name="reference">The model before training, held where the stage asks it and the policy has no adapters; the
    /// trainer takes it over.</param>
    public StageTrainer(Policy policy, Policy? reference, StageSettings stage, ExampleSource examples)
    {
        Policy = policy;
        this.reference = reference;
        this.stage = stage;
        this.examples = examples;
        order = new(stage.Seed, examples.Count);
        Optimiser = new(policy.Trained, stage.Train, stage.Seed);
        groups = new(policy, reference, stage);
        update = new(policy, stage.Spec.KlWeight > 0 ? reference : null, stage, Optimiser);
        memory = MemoryWatch.Start(policy.Model.Device);
    }

    public Policy Policy { get; }

    /// <summary>Measures how long a step takes.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public AdamW Optimiser { get; }

    /// <summary>What the stage has cost so far.</summary>
    public StageCost Cost { get; set; } = new();

    /// <summary>One step: a batch of prompts, their groups, the updates.</summary>
    /// <param name="step">From 0.</param>
    /// <exception cref="Fault">Diverged; or SpecInvalid, naming an example whose label is wrong.</exception>
    public StepRecord Step(int step)
    {
        long started = Clock.GetTimestamp();
        double cpu = ThreadClock.Seconds();
        using var scope = NewDisposeScope();
        Group[] made = groups.Make(Prompts(step), step);
        double learningRate = LearningRate.At(step, stage.Steps, stage.Train);
        UpdateSums sums = update.Run(made, step + 1, learningRate);

        SortedDictionary<string, double> metrics = StepMetrics.Of(made, groups.TermNames, sums);
        metrics["train/learningRate"] = learningRate;
        AddLabelAdvantage(metrics, made, step);
        AddCost(metrics, made, sums, Clock.GetElapsedTime(started), ThreadClock.Seconds() - cpu);
        return new(step + 1, StepMetrics.Digest(made), metrics);
    }

    public void Dispose()
    {
        memory.Dispose();
        update.Dispose();
        Optimiser.Dispose();
        reference?.Dispose();
    }

    private Prompt[] Prompts(int step) => [.. Enumerable.Range(step * stage.Train.PromptsPerStep, stage.Train.PromptsPerStep)
        .Select(prompt => Policy.Prepare(examples.At(order.At(prompt)), stage.Benchmark, stage.Prompt, stage.Frame))];

    private void AddLabelAdvantage(SortedDictionary<string, double> metrics, Group[] made, int step)
    {
        double[] advantages = [.. made.SelectMany(group => stage.Method.Weigh(group, stage.Spec, step)
            .Where((_, i) => group.Members[i].IsLabel))];
        if (advantages.Length > 0)
        {
            metrics["label/advantage"] = advantages.Average();
        }
    }

    private void AddCost(SortedDictionary<string, double> metrics, Group[] made, UpdateSums sums, TimeSpan wall, double cpu)
    {
        int sampled = made.SelectMany(group => group.Rollouts).Sum(rollout => rollout.Tokens.Length);
        Cost = Cost.Plus(new StageCost(made.Length, sampled, sums.Tokens, cpu, wall.TotalSeconds, memory.Peak, memory.IsShared));
        metrics["cost/prompts"] = Cost.Prompts;
        metrics["cost/tokensSampled"] = Cost.TokensSampled;
        metrics["cost/tokensTrained"] = Cost.TokensTrained;
        metrics["cost/cpuSeconds"] = Cost.CpuSeconds;
        metrics["cost/peakBytes"] = Cost.PeakBytes;
        metrics["time/step"] = wall.TotalSeconds;
        metrics["time/tokensPerSecond"] = (sampled + sums.Tokens) / wall.TotalSeconds;
    }
}
