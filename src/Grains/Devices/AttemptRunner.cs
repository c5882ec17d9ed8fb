using Microsoft.Extensions.Logging;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Runs an attempt on the calling thread and tells its experiment how it ended.</summary>
public sealed class AttemptRunner(
    ITrainer trainer, ICheckpointStore store, IGrainFactory grains, TimeProvider clock, ILogger<AttemptRunner> log)
{
    private readonly WatchedCheckpoints checkpoints = new(store);

    /// <summary>Works to an ending, whatever it is.</summary>
    public AttemptEnd Run(RunningAttempt running)
    {
        Lease lease = running.Attempt.Lease;
        ExperimentCalls experiment = new(grains.GetGrain<IExperimentGrain>(lease.ExperimentId), lease, clock, log);
        try
        {
            return End(running, experiment);
        }
        catch (Exception e)
        {
            // The lease was lost, or nobody could be told: the scheduler finds the slot idle and the experiment goes back to the
            // queue. An error that left this thread would take the process with it.
            LogUntold(lease, e);
            return AttemptEnd.Told;
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

    private AttemptEnd End(RunningAttempt running, ExperimentCalls experiment)
    {
        Lease lease = running.Attempt.Lease;
        try
        {
            using StepBatches batches = new(experiment.StepsAsync, clock, why => DeviceLog.StepsWait(log, lease.ExperimentId, why));
            experiment.Complete(trainer.Run(running.Attempt, new AttemptControl(running, experiment, checkpoints, batches)));
            running.HasSucceeded = true;
        }
        catch (Exception e) when (IsDeviceLost(e))
        {
            // Not the experiment's fault: it goes back to the queue, and no attempt of its is used up.
            DeviceLog.Failed(log, e, lease.ExperimentId, lease.Fence);
            GiveBack(experiment, lease, $"{lease.SlotId} is lost: {e.Message}");
            return AttemptEnd.DeviceLost;
        }
        catch (OperationCanceledException)
        {
            StopReason reason = running.Reason ?? StopReason.Usual;
            experiment.Yield(reason.Text, reason.Kind);
        }
        catch (Exception e) when (experiment.HasGivenUp)
        {
            // Nor is it that nobody answered this node: what its steps since the last checkpoint came to is lost with them.
            DeviceLog.Failed(log, e, lease.ExperimentId, lease.Fence);
            experiment.Yield($"{lease.SlotId} was not answered: {e.Message}", FailureKind.NodeLost);
        }
        catch (Exception e) when (e is not Fault { Code: FaultCode.LeaseLost })
        {
            // Whatever ends an attempt is its ending: the slot goes on with others.
            DeviceLog.Failed(log, e, lease.ExperimentId, lease.Fence);
            running.Failure = new(FailureRules.Of(e), e.Message, clock.GetUtcNow());
            experiment.Fail(e.Message, running.Failure.Kind);
        }

        return AttemptEnd.Told;
    }

    // The device is lost, whether anybody can be told or not.
    private void GiveBack(ExperimentCalls experiment, Lease lease, string reason)
    {
        try
        {
            experiment.Yield(reason, FailureKind.DeviceLost);
        }
        catch (Exception e)
        {
            LogUntold(lease, e);
        }
    }

    private void LogUntold(Lease lease, Exception untold)
    {
        if (untold is Fault { Code: FaultCode.LeaseLost })
        {
            DeviceLog.Refused(log, lease.ExperimentId, untold.Message);
        }
        else
        {
            DeviceLog.Stopped(log, lease.ExperimentId, lease.Fence, untold.Message);
        }
    }

    private static bool IsDeviceLost(Exception e) => e is Fault { Code: FaultCode.DeviceLost };
}

/// <summary>What an attempt's end means for its slot.</summary>
public enum AttemptEnd
{
    /// <summary>The slot is free for others.</summary>
    Told,

    /// <summary>The device does nothing any more in this process.</summary>
    DeviceLost,
}
