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
            End(running, experiment);
        }
        catch (Exception e)
        {
            // The lease was lost, or nobody could be told: the scheduler finds the slot idle and the experiment goes back to the
            // queue. An error that left this thread would take the process with it.
            DeviceLog.Stopped(log, lease.ExperimentId, lease.Fence, e.Message);
        }
    }

    /// <summary>Tells the scheduler that the slot is free again. A hint: the next heartbeat says it too.</summary>
    public void Release(Lease lease)
    {
        try
        {
            Hint.Send(grains.GetGrain<ISchedulerGrain>(Pools.Default).ReleaseAsync(lease), log);
        }
        catch (Exception e) when (e is OrleansException or InvalidOperationException)
        {
            DeviceLog.Stopped(log, lease.ExperimentId, lease.Fence, e.Message); // the silo stops
        }
    }

    private void End(RunningAttempt running, ExperimentCalls experiment)
    {
        Lease lease = running.Attempt.Lease;
        try
        {
            experiment.Complete(trainer.Run(running.Attempt, new AttemptControl(running, experiment, checkpoints)));
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
}
