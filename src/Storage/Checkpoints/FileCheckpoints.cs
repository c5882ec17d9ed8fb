using System.Security.Cryptography;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Checkpoints as files of a folder that this process alone writes to.</summary>
/// <remarks>Thread-safe. A file appears under its name when all of it is on disk, and never changes.</remarks>
public sealed class FileCheckpoints : ICheckpointStore
{
    private readonly string root;
    private readonly string drafts;
    private long draftsMade;

    /// <summary>Drops the drafts of a process that was killed.</summary>
    public FileCheckpoints(string folder)
    {
        root = Path.GetFullPath(folder);
        drafts = Path.Combine(root, "drafts");
        if (Directory.Exists(drafts))
        {
            Directory.Delete(drafts, recursive: true);
        }

        Directory.CreateDirectory(drafts);
    }

    public Checkpoint Save(string stageKey, Lease lease, int step, Action<Stream> write)
    {
        string blob = CheckpointName.Of(stageKey, lease, step);
        string path = PathOf(blob);
        Fault.Unless(!File.Exists(path), FaultCode.Conflict, path, "is there already; a checkpoint is written once");
        string draft = Path.Combine(drafts, $"{Interlocked.Increment(ref draftsMade)}");
        try
        {
            (long length, string sha256) = WriteDraft(draft, write);
            Publish(draft, path);
            return new(blob, step, length, sha256);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public string Fetch(Checkpoint checkpoint)
    {
        string path = PathOf(checkpoint.Blob);
        Fault.Unless(File.Exists(path), FaultCode.NotFound, path, "does not exist");
        using FileStream file = File.OpenRead(path);
        Fault.Unless(file.Length == checkpoint.Length, FaultCode.FileDamaged, path,
            $"has {file.Length} bytes; {checkpoint.Length} were written");
        Fault.Unless(Convert.ToHexStringLower(SHA256.HashData(file)) == checkpoint.Sha256, FaultCode.FileDamaged, path,
            "is not what was written (SHA-256 differs)");
        return path;
    }

    public void Drop(Checkpoint checkpoint) => Drop(checkpoint.Blob);

    public void DropOrphans(string stageKey, Lease lease, IReadOnlyCollection<Checkpoint> kept)
    {
        DirectoryInfo folder = new(PathOf(CheckpointName.FolderOf(stageKey, lease)));
        if (!folder.Exists)
        {
            return;
        }

        HashSet<string> referred = [.. kept.Select(checkpoint => PathOf(checkpoint.Blob))];
        foreach (FileInfo file in folder.EnumerateFiles("f*-s*").Where(file => !referred.Contains(file.FullName)))
        {
            if (CheckpointName.FenceOf(file.Name) < lease.Fence)
            {
                file.Delete();
            }
        }
    }

    public BlobPage List(string? cursor, int max)
    {
        List<StoredBlob> page = [.. After(cursor).Take(max + 1)];
        return page.Count <= max ? new(page, null) : new(page[..max], page[max - 1].Name);
    }

    public bool Exists(string blob) => File.Exists(PathOf(blob));

    public bool Drop(string blob)
    {
        string path = PathOf(blob);
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    // In the order of their names; stages that come before the cursor's are not looked into.
    private IEnumerable<StoredBlob> After(string? cursor)
    {
        DirectoryInfo stages = new(Path.Combine(root, CheckpointName.Root));
        string first = cursor is null ? "" : $"{BlobName.Read(cursor)?.StageKey}/";
        return !stages.Exists ? [] : stages.EnumerateDirectories()
            .Where(stage => string.CompareOrdinal($"{stage.Name}/", first) >= 0)
            .OrderBy(stage => $"{stage.Name}/", StringComparer.Ordinal)
            .SelectMany(stage => stage.EnumerateFiles("*", SearchOption.AllDirectories)
                .Select(file => (File: file, Name: Path.GetRelativePath(root, file.FullName)))
                .Where(one => BlobName.Read(one.Name) is not null)
                .Where(one => cursor is null || string.CompareOrdinal(one.Name, cursor) > 0)
                .OrderBy(one => one.Name, StringComparer.Ordinal)
                .Select(one => Seen(one.Name, one.File)).OfType<StoredBlob>());
    }

    private static StoredBlob? Seen(string name, FileInfo file)
    {
        try
        {
            return new(name, file.Length, new(file.LastWriteTimeUtc));
        }
        catch (FileNotFoundException)
        {
            return null; // whoever wrote it has dropped it since
        }
    }

    private static (long Length, string Sha256) WriteDraft(string draft, Action<Stream> write)
    {
        using FileStream file = File.Create(draft);
        using HashingStream hashing = new(file);
        write(hashing);
        file.Flush(flushToDisk: true);
        return (hashing.Length, hashing.Sha256());
    }

    private void Publish(string draft, string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        bool isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        Fault.Unless(Disk.TryLink(draft, path), FaultCode.Conflict, path, "is there already; a checkpoint is written once");
        Disk.Flush(folder);
        for (string at = folder; isNew && at != root; Disk.Flush(at))
        {
            at = Path.GetDirectoryName(at)!;
        }
    }

    private string PathOf(string blob) => Path.Combine([root, .. CheckpointName.Checked(blob).Split('/')]);
}
