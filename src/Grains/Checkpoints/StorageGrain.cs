using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans.Serialization;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Compares rows with blobs: when asked, and once an hour to drop what no sweep keeps, and orphans.</summary>
/// <remarks>Each works in turns of its own, so that no call waits for it; audits are remembered by this activation.</remarks>
[RequireRole(SiloLabels.Control)]
public sealed class StorageGrain(
    IStageIndex stages, IReadModel reads, ISweepStore sweeps, TimeProvider clock, StorageSettings settings, ILogger<StorageGrain> log)
    : Grain, IStorageGrain
{
    private const int Remembered = 16;

    private readonly List<StorageAuditView> audits = [];
    private bool isTidying;
    private long? tidiedAt;

    public ValueTask<StorageAuditView> StartAsync(StorageAuditRequest request)
    {
        StorageAuditRequest asked = request with { OlderThan = request.OlderThan ?? settings.OrphanAge };
        Fault.Unless(asked.OlderThan >= TimeSpan.Zero && asked.OlderThan <= TimeSpan.FromDays(36_500), FaultCode.SpecInvalid, "olderThan",
            $"is {asked.OlderThan}; allowed: 00:00:00 to 36500.00:00:00");
        if (audits.Find(audit => audit.EndedAt is null) is { } underWay)
        {
            Fault.Unless(underWay.Request == asked, FaultCode.Conflict, "audit",
                $"another is under way since {underWay.StartedAt:u}, asked for otherwise; ask again when it has ended");
            return new(underWay);
        }

        DateTimeOffset now = clock.GetUtcNow();
        string id = $"{now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}-{audits.Count}";
        StorageAuditView view = new() { Id = id, Request = asked, StartedAt = now };
        audits.Add(view);
        audits.RemoveRange(0, Math.Max(0, audits.Count - Remembered));
        Begin((self, stop) => self.AuditAsync(view, stop));
        return new(view);
    }

    public ValueTask<StorageAuditView?> ReadAsync(string id) => new(audits.Find(audit => audit.Id == id));

    public ValueTask WakeAsync()
    {
        if (!isTidying && (tidiedAt is not { } last || clock.GetElapsedTime(last) >= StorageSettings.Interval))
        {
            isTidying = true;
            Begin(static (self, stop) => self.TidyAsync(stop));
        }

        return ValueTask.CompletedTask;
    }

    private void Begin(Func<StorageGrain, CancellationToken, Task> work)
    {
        IGrainTimer? due = null;
        due = this.RegisterGrainTimer(async stop =>
        {
            try
            {
                await work(this, stop);
            }
            finally
            {
                due!.Dispose();
            }
        }, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
    }

    private async Task AuditAsync(StorageAuditView view, CancellationToken stop)
    {
        StorageAuditView ended = view with { Failure = "it was stopped" };
        try
        {
            ended = await Walk(view.Request).AuditAsync(view, stop);
        }
        catch (Exception e) when (IsOfOthers(e))
        {
            ended = view with { Failure = e.Message };
        }
        finally
        {
            audits[audits.FindIndex(audit => audit.Id == view.Id)] = ended with { EndedAt = clock.GetUtcNow() };
        }
    }

    private async Task TidyAsync(CancellationToken stop)
    {
        try
        {
            int expired = await new RetentionWalk(reads, sweeps, stages, GrainFactory.GetGrain<ICheckpointGrain>(0), clock).RunAsync(stop);
            if (expired > 0)
            {
                StorageLog.Expired(log, expired);
            }

            BlobTally dropped = await Walk(new() { DeleteOrphans = true, OlderThan = settings.OrphanAge }).SweepAsync(stop);
            tidiedAt = clock.GetTimestamp();
            if (dropped.Count > 0)
            {
                StorageLog.Dropped(log, dropped.Count, dropped.Bytes);
            }
        }
        catch (Exception e) when (IsOfOthers(e))
        {
            StorageLog.Failed(log, e.Message); // whoever wakes it next has it tried again
        }
        finally
        {
            isTidying = false;
        }
    }

    // Rows, blobs, or those that hold them, are away.
    private static bool IsOfOthers(Exception e) =>
        e is Fault or DbException or IOException or OrleansException or TimeoutException or SerializerException;

    private StorageWalk Walk(StorageAuditRequest request) => new(stages, GrainFactory.GetGrain<ICheckpointGrain>(0), clock, request);
}

internal static partial class StorageLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} stages gave up their checkpoints, as their sweeps' retention has it")]
    public static partial void Expired(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} checkpoints that nothing refers to were dropped, {Bytes} bytes")]
    public static partial void Dropped(ILogger log, int count, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "checkpoints that nothing refers to could not be dropped, and wait: {Reason}")]
    public static partial void Failed(ILogger log, string reason);
}
