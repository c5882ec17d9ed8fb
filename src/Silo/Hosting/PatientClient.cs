using Microsoft.Extensions.Logging;

namespace ViSurf.Silo;

/// <summary>Lets a client wait for the first silo: processes of a cluster start in any order.</summary>
internal sealed class PatientClient(TimeProvider clock, ILogger<PatientClient> log) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        ClientLog.NoSilo(log, exception.Message);
        using PeriodicTimer timer = new(Wait, clock);
        return await timer.WaitForNextTickAsync(cancellationToken);
    }
}

internal static partial class ClientLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "no silo answers yet, and is asked again: {Reason}")]
    public static partial void NoSilo(ILogger log, string reason);
}
