namespace ViSurf.Sdk;

/// <summary>An audit, from its start to its end: short calls, however long it takes.</summary>
internal static class StorageAudit
{
    private const string Path = "v1/storage/audits";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public static async Task<StorageAuditView> RunAsync(
        HttpCalls calls, StorageAuditRequest request, TimeProvider clock, CancellationToken stop)
    {
        StorageAuditView audit = await calls.SendAsync<StorageAuditView>(HttpMethod.Post, Path, request, null, stop).ConfigureAwait(false);
        for (TimeSpan pause = FirstPause; audit.EndedAt is null; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            await Task.Delay(pause, clock, stop).ConfigureAwait(false);
            audit = await calls.GetAsync<StorageAuditView>($"{Path}/{audit.Id}", stop).ConfigureAwait(false);
        }

        return audit.Failure is null ? audit : throw new Fault(FaultCode.Unavailable, "storage", $"could not be audited: {audit.Failure}");
    }
}
