using ViSurf.Sdk;
using ViSurf.Training.Benchmarks;
using ViSurf.Training.Checkpoints;
using ViSurf.Training.Devices;
using ViSurf.Training.Experiments;
using ViSurf.Training.Planning;
using ViSurf.Training.Trainer;
using Device = TorchSharp.torch.Device;

namespace ViSurf.Grains;

/// <summary>Trains and evaluates with the training core.</summary>
public sealed class TorchTrainer(ICheckpointStore store, Atlas atlas, SlotSettings slots) : ITrainer
{
    private readonly WatchedCheckpoints checkpoints = new(store);

    public StageEnding Run(Attempt attempt, IAttemptControl control)
    {
        try
        {
            return Work(attempt, control);
        }
        catch (Exception e) when (e is not OperationCanceledException and not Fault and not StoreAwayException
            && DeviceFaults.Of(e) is { } fault)
        {
            // What was half made when memory ended has no owner to dispose it: the next stage needs that memory.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            throw fault;
        }
    }

    private StageEnding Work(Attempt attempt, IAttemptControl control)
    {
        ExperimentPlan plan = new(attempt.Spec, atlas);
        Device device = DeviceChoice.OfSlot(SlotSettings.DeviceOf(attempt.Lease.SlotId));
        string? start = attempt.Start is null ? null : FetchStart(attempt.Start, control);
        if (attempt.Stage.Name == StagePlanner.Evaluate)
        {
            return new(null, null, StepRows.None, MeasurementBytes.Write(ModelEvaluation.Run(plan, start, device, control.Stop)));
        }

        int index = plan.Stages.ToList().FindIndex(stage => stage.Key == StagePlanner.SharedKey(attempt.Stage.Key));
        Fault.Unless(index >= 0, FaultCode.Conflict, attempt.Stage.Key,
            "is no stage of the spec any longer: the model, the data or the trainer has changed since it was submitted");
        StageEstimate.DemandFits(plan, plan.Stages[index], device, slots.Devices.Count);
        LeasedStage stage = new(attempt, control, checkpoints);
        StageWork work = plan.Work(index, start, () => CheckpointFile.Read(start!)) with { Device = device };
        StageResult result = new StageRun(work, stage).Run(control.Stop);
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
