using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Goes through the checkpoint store part by part, and finds what no stage refers to.</summary>
/// <remarks>
/// Safe beside writers, whatever the bound: a blob is listed first and rows are read after it. Where they refer to it no more, and its
/// experiment does not run under its fence, no commit of it is ever taken again, because fences only rise. The bound keeps those, too,
/// that a person may want to look at. Memory: the names of what is referred to.
/// </remarks>
internal sealed class StorageWalk(IStageIndex stages, ICheckpointGrain blobs, TimeProvider clock, StorageAuditRequest request)
{
    private const int PageSize = 500;
    private const int DropsAtOnce = 32; // a store that is slow answers them within a call's time

    private readonly Dictionary<string, long> referred = [];
    private readonly BlobSum store = new(), inFlight = new(), orphaned = new(), deleted = new(), rows = new(), found = new(),
        missing = new(), damaged = new();

    /// <summary>Compares everything.</summary>
    /// <returns>The view, with what was found; its end is the caller's to say.</returns>
    public async Task<StorageAuditView> AuditAsync(StorageAuditView view, CancellationToken stop)
    {
        await SweepAsync(stop);
        await MatchAsync(stop);
        foreach (long length in referred.Values)
        {
            store.Take(length); // its writer went on and dropped it while this looked
        }

        return view with
        {
            Rows = rows.Tally,
            Store = store.Tally,
            Referred = found.Tally,
            InFlight = inFlight.Tally,
            Orphaned = orphaned.Tally,
            Deleted = deleted.Tally,
            Missing = missing.Tally,
            Damaged = damaged.Tally,
            OrphanedNames = orphaned.Names,
            MissingNames = missing.Names,
            DamagedNames = damaged.Names,
        };
    }

    /// <summary>Finds orphans, and drops them where that is asked for.</summary>
    /// <returns>Those that were dropped.</returns>
    public async Task<BlobTally> SweepAsync(CancellationToken stop)
    {
        string? cursor = null;
        do
        {
            stop.ThrowIfCancellationRequested();
            BlobPage page = await blobs.ListAsync(cursor, PageSize);
            await SortAsync(page.Blobs, stop);
            cursor = page.Next;
        }
        while (cursor is not null);
        return deleted.Tally;
    }

    private async Task SortAsync(IReadOnlyList<StoredBlob> page, CancellationToken stop)
    {
        DateTimeOffset bound = clock.GetUtcNow() - request.OlderThan!.Value;
        (StoredBlob Blob, BlobName Name)[] named = [.. page.Select(blob => (blob, BlobName.Read(blob.Name)!))];
        IReadOnlyList<StageRow> kept = await stages.ReadAsync([.. named.Select(one => one.Name.StageKey).Distinct()], stop);
        HashSet<string> names = [.. kept.SelectMany(Checkpoints).Select(checkpoint => checkpoint.Blob)];
        (StoredBlob Blob, BlobName Name)[] loose = [.. named.Where(one => !names.Contains(one.Blob.Name))];
        IReadOnlyDictionary<string, long> fences = loose.Length == 0 ? new Dictionary<string, long>()
            : await stages.FencesAsync([.. loose.Select(one => one.Name.Experiment).Distinct()], stop);
        foreach (StoredBlob blob in page)
        {
            store.Add(blob.Length);
            if (names.Contains(blob.Name))
            {
                referred[blob.Name] = blob.Length;
            }
        }

        List<StoredBlob> orphans = [];
        foreach ((StoredBlob blob, BlobName name) in loose)
        {
            bool mayBeCommitted = fences.TryGetValue(name.Experiment, out long fence) && name.Fence >= fence;
            if (mayBeCommitted || (request.OlderThan > TimeSpan.Zero && blob.WrittenAt > bound))
            {
                inFlight.Add(blob.Length);
                continue;
            }

            orphans.Add(blob);
        }

        await TakeAsync(orphans, stop);
    }

    // One that is gone by now was dropped by whoever wrote it.
    private async Task TakeAsync(IReadOnlyList<StoredBlob> orphans, CancellationToken stop)
    {
        foreach (StoredBlob[] part in orphans.Chunk(DropsAtOnce))
        {
            stop.ThrowIfCancellationRequested();
            string[] names = [.. part.Select(blob => blob.Name)];
            HashSet<string> there = [.. request.DeleteOrphans ? await blobs.DropAsync(names) : await blobs.FindAsync(names)];
            foreach (StoredBlob blob in part)
            {
                if (!there.Contains(blob.Name))
                {
                    store.Take(blob.Length);
                    continue;
                }

                orphaned.Add(blob.Length, request.DeleteOrphans ? null : blob.Name);
                if (request.DeleteOrphans)
                {
                    deleted.Add(blob.Length);
                }
            }
        }
    }

    // Row by row: what it refers to was seen, or has come since, or is missing.
    private async Task MatchAsync(CancellationToken stop)
    {
        for (string? after = null; ;)
        {
            IReadOnlyList<StageRow> page = await stages.PageAsync(after, PageSize, stop);
            List<(string Key, Checkpoint Checkpoint)> unseen = [];
            foreach ((string key, Checkpoint checkpoint) in page.SelectMany(row => Checkpoints(row).Select(one => (row.Key, one))))
            {
                if (!referred.Remove(checkpoint.Blob, out long length))
                {
                    unseen.Add((key, checkpoint));
                    continue;
                }

                rows.Add(checkpoint.Length);
                found.Add(length);
                if (length != checkpoint.Length)
                {
                    damaged.Add(length, checkpoint.Blob);
                }
            }

            await LookAgainAsync(unseen, stop);
            if (page.Count < PageSize)
            {
                return;
            }

            after = page[^1].Key;
        }
    }

    private async Task LookAgainAsync(IReadOnlyList<(string Key, Checkpoint Checkpoint)> unseen, CancellationToken stop)
    {
        foreach ((string Key, Checkpoint Checkpoint)[] part in unseen.Chunk(DropsAtOnce))
        {
            HashSet<string> there = [.. await blobs.FindAsync([.. part.Select(one => one.Checkpoint.Blob)])];
            IReadOnlyList<StageRow> now = await stages.ReadAsync([.. part.Select(one => one.Key).Distinct()], stop);
            HashSet<string> still = [.. now.SelectMany(Checkpoints).Select(checkpoint => checkpoint.Blob)];
            foreach (Checkpoint checkpoint in part.Select(one => one.Checkpoint).Where(one => still.Contains(one.Blob)))
            {
                rows.Add(checkpoint.Length);
                if (there.Contains(checkpoint.Blob))
                {
                    store.Add(checkpoint.Length);
                    found.Add(checkpoint.Length);
                }
                else
                {
                    missing.Add(checkpoint.Length, checkpoint.Blob);
                }
            }
        }
    }

    private static IEnumerable<Checkpoint> Checkpoints(StageRow row) => new[] { row.Last, row.Previous }.OfType<Checkpoint>();
}
