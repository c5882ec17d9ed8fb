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
        string blob = $"s/{stageKey}/{lease.ExperimentId}/f{lease.Fence}-s{step}";
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

    public void Drop(Checkpoint checkpoint)
    {
        string path = PathOf(checkpoint.Blob);
        if (File.Exists(path))
        {
            File.Delete(path);
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

    // Sweeps are named by people: no name leads out of the folder.
    private string PathOf(string blob)
    {
        string[] parts = blob.Split('/');
        Fault.Unless(Array.TrueForAll(parts, IsName), FaultCode.SpecInvalid, blob,
            "is no name of a checkpoint; allowed: parts between slashes, none of them empty, '.' or '..', "
            + "without backslashes or control characters");
        return Path.Combine([root, .. parts]);
    }

    private static bool IsName(string part) => part.Length > 0 && part is not ("." or "..")
        && !part.Any(letter => letter == '\\' || char.IsControl(letter));
}
