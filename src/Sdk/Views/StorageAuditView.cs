namespace ViSurf.Sdk;

/// <summary>Asks for a comparison of what rows say of checkpoints with what is in the checkpoint store.</summary>
public sealed record StorageAuditRequest
{
    /// <summary>Whether orphans are dropped.</summary>
    public bool DeleteOrphans { get; init; }

    /// <summary>What nothing refers to is an orphan once it is so old; the server's own bound where nothing is said.</summary>
    public TimeSpan? OlderThan { get; init; }
}

/// <summary>What rows say of checkpoints, and what is in the checkpoint store.</summary>
public sealed record StorageAuditView
{
    /// <summary>Names are listed up to so many of a kind.</summary>
    public const int NamesMost = 100;

    /// <summary>What it is asked for with.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked for, with the bound that holds.</summary>
    public required StorageAuditRequest Request { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; none while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended early; none where it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>What stages refer to.</summary>
    public BlobTally Rows { get; init; } = BlobTally.None;

    /// <summary>What is in the store; what was dropped by this audit is counted.</summary>
    public BlobTally Store { get; init; } = BlobTally.None;

    /// <summary>What is in the store and referred to.</summary>
    public BlobTally Referred { get; init; } = BlobTally.None;

    /// <summary>What nothing refers to yet: its attempt runs, or it is younger than the bound.</summary>
    public BlobTally InFlight { get; init; } = BlobTally.None;

    /// <summary>What nothing refers to and no attempt will.</summary>
    public BlobTally Orphaned { get; init; } = BlobTally.None;

    /// <summary>The orphans that this audit dropped.</summary>
    public BlobTally Deleted { get; init; } = BlobTally.None;

    /// <summary>What stages refer to and is not in the store.</summary>
    public BlobTally Missing { get; init; } = BlobTally.None;

    /// <summary>What has another length than its stage says.</summary>
    public BlobTally Damaged { get; init; } = BlobTally.None;

    /// <summary>The names of orphans that are still there.</summary>
    public IReadOnlyList<string> OrphanedNames { get; init; } = [];

    /// <summary>The names of what is missing.</summary>
    public IReadOnlyList<string> MissingNames { get; init; } = [];

    /// <summary>The names of what is damaged.</summary>
    public IReadOnlyList<string> DamagedNames { get; init; } = [];

    /// <summary>Bytes in the store, without those in flight and those that were dropped, less bytes by the rows.</summary>
    public long Difference => Store.Bytes - InFlight.Bytes - Deleted.Bytes - Rows.Bytes;

    /// <summary>Whether it came to its end and store and rows agree: nothing is orphaned, missing or damaged.</summary>
    public bool IsClean => EndedAt is not null && Failure is null && Orphaned.Count == Deleted.Count
        && Missing.Count == 0 && Damaged.Count == 0;
}

/// <summary>How many blobs, and their bytes.</summary>
/// <param name="Count">Blobs.</param>
/// <param name="Bytes">Bytes.</param>
public sealed record BlobTally(int Count, long Bytes)
{
    /// <summary>No blob.</summary>
    public static BlobTally None { get; } = new(0, 0);
}
