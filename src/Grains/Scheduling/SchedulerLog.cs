using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

internal static partial class SchedulerLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Experiment} could not be started on {Slot}, and waits: {Reason}")]
    public static partial void DispatchFailed(ILogger log, string experiment, string slot, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Slot} is not heard of; {Experiment} goes back to the queue")]
    public static partial void SlotLost(ILogger log, string slot, string experiment);

    [LoggerMessage(Level = LogLevel.Error, Message = "the row of {Experiment} cannot be read by this version, and waits for one that can")]
    public static partial void Unreadable(ILogger log, string experiment);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the rows could not be read, and are read again: {Reason}")]
    public static partial void ReconcileFailed(ILogger log, string reason);
}
