namespace ViSurf.Grains;

/// <summary>Asks the checkpoint store of a process with slots, for those that have none.</summary>
[RequireRole(SiloLabels.Gpu), StatelessWorker]
public sealed class CheckpointGrain(ICheckpointStore store) : Grain, ICheckpointGrain
{
    // The store blocks its thread, which must be none of the grains'.
    public async ValueTask<BlobPage> ListAsync(string? cursor, int max) => await Task.Run(() => store.List(cursor, max));

    public async ValueTask<IReadOnlyList<string>> FindAsync(IReadOnlyList<string> blobs) =>
        await Task.Run(() => Those(blobs, store.Exists));

    public async ValueTask<IReadOnlyList<string>> DropAsync(IReadOnlyList<string> blobs) =>
        await Task.Run(() => Those(blobs, store.Drop));

    private static string[] Those(IReadOnlyList<string> blobs, Func<string, bool> isSo) => [.. blobs.Where(isSo)];
}
