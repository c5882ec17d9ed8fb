using Microsoft.Extensions.Logging;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Runs an attempt on the calling thread and tells its experiment how it ended.</summary>
public sealed class AttemptRunner(
    ITrainer trainer, ICheckpointStore checkpoints, IGrainFactory grains, TimeProvider clock, ILogger<AttemptRunner> log)
{
    /// <summary>Faults after which another attempt would fail alike.</summary>
    private static readonly FaultCode[] Final = [FaultCode.SpecInvalid, FaultCode.Diverged];

    /// <summary>Works to an ending, whatever it is.</summary>
    public void Run(RunningAttempt running)
    {
        Lease lease = running.Attempt.Lease;
        ExperimentCalls experiment = new(grains.GetGrain<IExperimentGrain>(lease.ExperimentId), lease, clock, log);
        try
        {
            try
            {
                StageEnding ending = trainer.Run(running.Attempt, new AttemptControl(running, experiment, checkpoints));
                experiment.Complete(ending);
            }
            catch (OperationCanceledException)
            {
                experiment.Yield("its slot was asked to stop");
            }
            catch (Exception e) when (e is not Fault { Code: FaultCode.LeaseLost })
            {
                // Whatever ends an attempt is its ending: the slot goes on with others.
                DeviceLog.Failed(log, e, lease.ExperimentId, lease.Fence);
                experiment.Fail(e.Message, e is Fault fault && Final.Contains(fault.Code));
            }
        }
        catch (Fault fault) when (fault.Code is FaultCode.LeaseLost or FaultCode.Unavailable)
        {
            DeviceLog.Stopped(log, lease.ExperimentId, lease.Fence, fault.Message);
        }
    }

    /// <summary>Tells the scheduler that the slot is free again. A hint: the next heartbeat says it too.</summary>
    public void Release(Lease lease) => Hint.Send(grains.GetGrain<ISchedulerGrain>(Pools.Default).ReleaseAsync(lease), log);
}
