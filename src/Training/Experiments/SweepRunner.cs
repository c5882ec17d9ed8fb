using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Training.Experiments;

/// <summary>Runs the experiments of a sweep in one process: shared stages once, as many jobs at a time as there are threads.</summary>
public sealed class SweepRunner(StateFolder state, ISweepObserver observer)
{
    private const double EvaluationWeight = 1; // every training stage is longer

    /// <summary>Runs what has no result yet. Returns the failures by the id of the job.</summary>
    public IReadOnlyDictionary<string, Exception> Run(Sweep sweep, int threads, CancellationToken stop)
    {
        Dictionary<string, Job> jobs = [];
        foreach ((SweepCell cell, ExperimentPlan plan) in sweep.All.Zip(sweep.Plans)
            .Where(pair => state.ReadResult(pair.First.Spec.Id) is null))
        {
            string? after = null;
            for (int i = 0; i < plan.Stages.Count; i++)
            {
                Job job = StageJob(cell, plan, i, after);
                jobs.TryAdd(job.Id, job);
                after = job.Id;
            }

            jobs.Add(cell.Spec.Id,
                new(cell.Spec.Id, $"{NameOf(cell)} evaluation", after, EvaluationWeight, token => Evaluate(plan, token)));
        }

        return new JobThreads([.. jobs.Values], threads, observer.Started, observer.Ended).Run(stop);
    }

    private Job StageJob(SweepCell cell, ExperimentPlan plan, int index, string? after)
    {
        PlannedStage stage = plan.Stages[index];
        StageSettings settings = stage.Settings;
        double weight = EvaluationWeight + ((double)settings.Train.Prompts * (1 + settings.Method.Rollouts(settings.Spec)));
        Job job = null!;
        job = new(stage.Key, plan.Stages.Count > 1 ? $"{NameOf(cell)}: {stage.Name}" : NameOf(cell), after, weight, token =>
            new StageRunner(plan.Work(index, StartOf(plan, index)), state.Stage(stage.Key), record => observer.Stepped(job, record, settings.Steps), observer.Warned)
                .Run(token));
        return job;
    }

    private void Evaluate(ExperimentPlan plan, CancellationToken stop)
    {
        StageResult[] stages = [.. plan.Stages.Select(stage => StageRunner.ResultOf(state.Stage(stage.Key))!)];
        IReadOnlyList<Measurement> measurements = ModelEvaluation.Run(plan, StartOf(plan, plan.Stages.Count), stop);
        state.WriteResult(new() { Id = plan.Spec.Id, Spec = plan.Spec, Stages = stages, Measurements = measurements });
    }

    private string? StartOf(ExperimentPlan plan, int index) => index == 0 ? null
        : Path.Combine(StageRunner.ModelOf(state.Stage(plan.Stages[index - 1].Key)), "model.safetensors");

    private static string NameOf(SweepCell cell) => $"{cell.Row} #{cell.Seed}";
}

/// <summary>Hears what happens in a sweep; called from several threads.</summary>
public interface ISweepObserver
{
    void Started(Job job);

    void Stepped(Job job, StepRecord record, int steps);

    void Ended(Job job, Exception? failure);

    void Warned(Fault fault);
}
