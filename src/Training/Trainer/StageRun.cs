using ViSurf.Sdk;
using ViSurf.Training.Answers;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Data;
using ViSurf.Training.Evaluation;
using ViSurf.Training.Policies;

namespace ViSurf.Training.Trainer;

/// <summary>What a stage is made from.</summary>
/// <param name="Key">Names the stage in its checkpoints.</param>
/// <param name="ModelFolder">The model before any training: its configuration, its tokenizer.</param>
/// <param name="StartWeights">The weights that the stage starts from; null starts from the folder's own.</param>
/// <param name="Dev">Measured during training; null measures nothing.</param>
public sealed record StageWork(
    string Key, ExperimentSpec Spec, StageSettings Settings, string ModelFolder, string? StartWeights, ExampleSource Train,
    ExampleSource? Dev)
{
    /// <summary>Where the model lives and is trained.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The training that this one branches from; null where it begins at step 0.</summary>
    public Trunk? Trunk { get; init; }
}

/// <summary>The first steps of another training: a branch goes on from their checkpoint, optimiser and all.</summary>
/// <param name="Key">The key of the stage that trained them.</param>
/// <param name="Read">Reads its last checkpoint.</param>
public sealed record Trunk(string Key, Func<StoredCheckpoint> Read);

/// <summary>Runs a stage from its last checkpoint to its end. Stopped or killed anywhere, the next run goes on.</summary>
/// <remarks>Runs on the calling thread from beginning to end.</remarks>
public sealed class StageRun(StageWork work, IStageStore store)
{
    private int? lastSaved;

    /// <summary>Trains to the end.</summary>
    /// <exception cref="Fault">Diverged, naming the step and the last good checkpoint; or a file or label is wrong.</exception>
    /// <exception cref="OperationCanceledException">Stopped: what was done is in a checkpoint.</exception>
    public StageResult Run(CancellationToken stop)
    {
        StoredCheckpoint? own = store.Restore();
        StoredCheckpoint? from = own ?? work.Trunk?.Read();
        int first = from?.Manifest.Step ?? 0;
        lastSaved = from?.Manifest.Step;
        using Policy policy = Load();
        AnswerStyle style = own?.Manifest.LabelStyle ?? LabelStyles.Choose(policy, work.Settings, work.Train);
        StageSettings settings = work.Settings with { LabelStyle = style };
        // With adapters the policy itself, without what they learnt, is the reference.
        Policy? reference = settings.AsksModelBefore && policy.Adapters is null ? Load() : null;
        using StageTrainer trainer = new(policy, reference, settings, work.Train);
        Restore(trainer, from, own is null ? work.Trunk?.Key : work.Key);
        using CheckpointWriter writer = new(store);
        for (int step = first; step < settings.End; step++)
        {
            Step(trainer, settings, writer, step, stop);
        }

        writer.Flush();
        StageResult result = new(work.Key, settings.End, style, trainer.Cost);
        store.Finish(policy, result);
        return result;
    }

    private Policy Load() =>
        Policy.Load(work.ModelFolder, work.Spec.Model, work.Spec.Seed, work.StartWeights, work.Device);

    private void Step(StageTrainer trainer, StageSettings settings, CheckpointWriter writer, int step, CancellationToken stop)
    {
        StepRecord record = Trained(trainer, writer, step);
        int done = step + 1;
        bool ends = done == settings.End;
        if (work.Dev is not null && settings.Train.EvaluateEvery > 0 && (ends || done % settings.Train.EvaluateEvery == 0))
        {
            Measure(trainer.Policy, settings, record);
        }

        store.Stepped(record);
        if (ends || done % settings.Train.CheckpointEvery == 0 || stop.IsCancellationRequested)
        {
            writer.Save(Manifest(trainer, settings, done), trainer.Policy.Kept, trainer.Optimiser.State);
            lastSaved = done;
        }

        if (stop.IsCancellationRequested)
        {
            writer.Flush();
            stop.ThrowIfCancellationRequested();
        }
    }

    private StepRecord Trained(StageTrainer trainer, CheckpointWriter writer, int step)
    {
        try
        {
            return trainer.Step(step);
        }
        catch (Fault fault) when (fault.Code == FaultCode.Diverged)
        {
            writer.Flush();
            string last = lastSaved is null ? "the model before training" : $"that of step {lastSaved}";
            throw new Fault(FaultCode.Diverged, fault.Subject, $"{fault.Reason}; the last good checkpoint is {last}", fault);
        }
    }

    private void Measure(Policy policy, StageSettings settings, StepRecord record)
    {
        ItemScore[] scores = new Evaluator(policy, new(settings.Spec.MaxTokens) { BatchTokens = settings.Train.MicroTokens })
            .Score(settings.Benchmark, settings.Prompt, work.Dev!, settings.Frame, CancellationToken.None);
        foreach (Metric metric in settings.Benchmark.Metrics)
        {
            if (metric.Of(scores) is var value && !double.IsNaN(value))
            {
                record.Metrics[$"dev/{metric.Name}"] = value;
            }
        }

        record.Metrics["dev/thinkRate"] = scores.Average(score => score.HasThought ? 1.0 : 0);
    }

    private CheckpointManifest Manifest(StageTrainer trainer, StageSettings settings, int step) => new()
    {
        StageKey = work.Key,
        Step = step,
        Updates = trainer.Optimiser.Updates,
        Spec = work.Spec,
        LabelStyle = settings.LabelStyle,
        Cost = trainer.Cost,
    };

    private void Restore(StageTrainer trainer, StoredCheckpoint? from, string? key)
    {
        if (from is null)
        {
            return;
        }

        Fault.Unless(from.Manifest.StageKey == key, FaultCode.Conflict, work.Key,
            $"was given a checkpoint of stage {from.Manifest.StageKey}: the spec, the model or the data has changed");
        using var noGrad = no_grad();
        foreach ((string name, Tensor weight) in trainer.Policy.Kept)
        {
            using var scope = NewDisposeScope(); // of one tensor: all together are the model once more
            weight.copy_(from.Weights(name));
        }

        trainer.Optimiser.Restore(from.Manifest.Updates, from.Optimiser);
        trainer.Cost = key == work.Key ? from.Manifest.Cost : new(); // what the trunk cost is its own stage's
    }
}

/// <summary>A stage that has ended.</summary>
public sealed record StageResult(string Key, int Steps, AnswerStyle LabelStyle, StageCost Cost);
