using System.Data.Common;
using Microsoft.Extensions.Logging;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Calls that only make things quicker: what a lost one would have said stands in the rows, and is found there.</summary>
internal static partial class Hint
{
    /// <summary>Sends without waiting; a failure is logged.</summary>
    public static void Send(ValueTask call, ILogger log)
    {
        if (!call.IsCompletedSuccessfully)
        {
            _ = WatchAsync(call, log);
        }
    }

    private static async Task WatchAsync(ValueTask call, ILogger log)
    {
        try
        {
            await call;
        }
        catch (Exception e)
        {
            Lost(log, IsUsual(e) ? LogLevel.Debug : LogLevel.Warning, e.Message);
        }
    }

    private static bool IsUsual(Exception e) =>
        e is Fault or DbException or OrleansException or TimeoutException or OperationCanceledException;

    [LoggerMessage(Message = "a hint was lost: {Reason}")]
    private static partial void Lost(ILogger log, LogLevel level, string reason);
}
