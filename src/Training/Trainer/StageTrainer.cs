using ViSurf.Sdk;
using ViSurf.Training.Data;
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

    /// <param name="reference">The model before training, held where the method's KL weight is above 0; the trainer takes it over.</param>
    public StageTrainer(Policy policy, Policy? reference, StageSettings stage, ExampleSource examples)
    {
        Policy = policy;
        this.reference = reference;
        this.stage = stage;
        this.examples = examples;
        order = new(stage.Seed, examples.Count);
        Optimiser = new(policy.Model.Weights.Named, stage.Train);
        groups = new(policy, stage);
        update = new(policy, reference, stage, Optimiser);
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
        int sampled = made.SelectMany(group => group.Members).Where(member => !member.IsLabel).Sum(member => member.Tokens.Length);
        Cost = Cost.Plus(made.Length, sampled, sums.Tokens, cpu);
        metrics["cost/prompts"] = Cost.Prompts;
        metrics["cost/tokensSampled"] = Cost.TokensSampled;
        metrics["cost/tokensTrained"] = Cost.TokensTrained;
        metrics["cost/cpuSeconds"] = Cost.CpuSeconds;
        metrics["time/step"] = wall.TotalSeconds;
        metrics["time/tokensPerSecond"] = (sampled + sums.Tokens) / wall.TotalSeconds;
    }
}

/// <summary>What a stage has cost: counted again by nobody, so a checkpoint carries it.</summary>
public sealed record StageCost(long Prompts = 0, long TokensSampled = 0, long TokensTrained = 0, double CpuSeconds = 0)
{
    public StageCost Plus(long prompts, long sampled, long trained, double cpu) =>
        new(Prompts + prompts, TokensSampled + sampled, TokensTrained + trained, CpuSeconds + cpu);

    public StageCost Plus(StageCost other) => Plus(other.Prompts, other.TokensSampled, other.TokensTrained, other.CpuSeconds);
}
