using Microsoft.Extensions.Logging;

namespace ViSurf.Grains;

internal static partial class SweepLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "sweep {Sweep} goes on when it is woken next: {Reason}")]
    public static partial void WorkFailed(ILogger log, string sweep, string reason);
}
