using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

internal static partial class DeviceLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "attempt {Fence} at {Experiment} on {Slot} has ended")]
    public static partial void Ended(ILogger log, string experiment, long fence, string slot);

    [LoggerMessage(Level = LogLevel.Information, Message = "attempt {Fence} at {Experiment} stopped: {Reason}")]
    public static partial void Stopped(ILogger log, string experiment, long fence, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "a write of an attempt at {Experiment} was refused, its lease is lost: {Reason}")]
    public static partial void Refused(ILogger log, string experiment, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "attempt {Fence} at {Experiment} failed")]
    public static partial void Failed(ILogger log, Exception failure, string experiment, long fence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Experiment}: {Call} is tried again: {Reason}")]
    public static partial void CallFailed(ILogger log, string experiment, string call, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Experiment}: steps wait for the next second: {Reason}")]
    public static partial void StepsWait(ILogger log, string experiment, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Slot}'s device is lost: its work goes back, and the process stops")]
    public static partial void Lost(ILogger log, string slot);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the scheduler did not hear this node's slots: {Reason}")]
    public static partial void HeartbeatFailed(ILogger log, string reason);
}
