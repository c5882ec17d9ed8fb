using MassTransit;
using Microsoft.Extensions.Logging;

namespace ViSurf.Silo.Events;

/// <summary>Says which event a consumer could not handle, for all its tries.</summary>
internal sealed class FaultReport(ILogger<FaultReport> log) : IConsumer<MassTransit.Fault<ExperimentCompleted>>
{
    public Task Consume(ConsumeContext<MassTransit.Fault<ExperimentCompleted>> context)
    {
        string reason = context.Message.Exceptions.FirstOrDefault()?.Message ?? "no reason given";
        FaultReportLog.Failed(log, context.Message.Message.EventId, reason);
        return Task.CompletedTask;
    }
}

internal static partial class FaultReportLog
{
    [LoggerMessage(Level = LogLevel.Error,
        Message = "event {Event} could not be handled, and is relayed again later: {Reason}")]
    public static partial void Failed(ILogger log, string @event, string reason);
}
