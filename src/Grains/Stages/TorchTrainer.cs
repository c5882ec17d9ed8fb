using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Experiments;
using ViSurf.Training.Trainer;

namespace ViSurf.Grains;

/// <summary>Trains and evaluates with the training core.</summary>
public sealed class TorchTrainer(ICheckpointStore checkpoints, Atlas atlas) : ITrainer
{
    public StageEnding Run(Attempt attempt, IAttemptControl control)
    {
        ExperimentPlan plan = new(attempt.Spec, atlas);
        string? start = attempt.Start is null ? null : FetchStart(attempt.Start, control);
        if (attempt.Stage.Name == StagePlanner.Evaluate)
        {
            return new(null, null, StepRows.None, MeasurementBytes.Write(ModelEvaluation.Run(plan, start, control.Stop)));
        }

        int index = plan.Stages.ToList().FindIndex(stage => stage.Key == attempt.Stage.Key);
        Fault.Unless(index >= 0, FaultCode.Conflict, attempt.Stage.Key,
            "is no stage of the spec any longer: the model, the data or the trainer has changed since it was submitted");
        LeasedStage stage = new(attempt, control, checkpoints);
        StageResult result = new StageRun(plan.Work(index, start), stage).Run(control.Stop);
        return new(stage.Saved, result, StepRows.None, null);
    }

    private string FetchStart(Checkpoint start, IAttemptControl control)
    {
        try
        {
            return checkpoints.Fetch(start);
        }
        catch (Fault fault) when (fault.Code is FaultCode.NotFound or FaultCode.FileDamaged)
        {
            control.Lose(start, fault.Message);
            throw;
        }
    }
}
