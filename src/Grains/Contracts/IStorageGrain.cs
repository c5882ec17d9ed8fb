using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Compares rows with blobs, when asked and by itself from time to time. Owns no truth.</summary>
/// <remarks>Key: <see cref="Pools.Default"/>. Two at once are harmless: a blob is dropped only where no commit of it can follow.</remarks>
[Alias("visurf.IStorageGrain")]
public interface IStorageGrain : IGrainWithStringKey
{
    /// <summary>Begins an audit. One that is under way and was asked for alike is joined.</summary>
    /// <exception cref="Fault">SpecInvalid: olderThan; Conflict: one that was asked for otherwise is under way.</exception>
    [Alias("Start")]
    ValueTask<StorageAuditView> StartAsync(StorageAuditRequest request);

    /// <summary>An audit as it stands; null where it is not remembered.</summary>
    [Alias("Read")]
    ValueTask<StorageAuditView?> ReadAsync(string id);

    /// <summary>Tidies up where that is due. Called by whoever thinks of it.</summary>
    [Alias("Wake"), ResponseTimeout("00:00:05")]
    ValueTask WakeAsync();
}
