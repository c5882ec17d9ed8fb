using System.Security.Cryptography;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Files of checkpoints that were fetched, named by their SHA-256. The one that was used longest ago goes first.</summary>
/// <remarks>
/// Thread-safe; of one process. A file appears under its name when it is whole, and is hashed each time it is asked for. It stays while
/// anyone has it open, and for ten minutes after it was asked for: where more is in use than has room, the folder grows over its bound.
/// </remarks>
internal sealed class CheckpointCache
{
    private const int Stripes = 64;
    private const string Draft = ".part";

    /// <summary>Whoever was given a file has opened it by then.</summary>
    private static readonly TimeSpan Opened = TimeSpan.FromMinutes(10);

    private readonly object room = new();
    private readonly object[] stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new object())];
    private readonly string folder;
    private readonly long bytesMax;
    private readonly TimeProvider clock;
    private long arriving;

    public CheckpointCache(string folder, long bytesMax, TimeProvider clock)
    {
        (this.folder, this.bytesMax, this.clock) = (Path.GetFullPath(folder), bytesMax, clock);
        Directory.CreateDirectory(this.folder);
        foreach (string draft in Directory.EnumerateFiles(this.folder, $"*{Draft}"))
        {
            File.Delete(draft); // of a process that was killed
        }
    }

    /// <summary>A file with a checkpoint's bytes; downloaded where it is missing or damaged.</summary>
    /// <exception cref="Fault">
    /// FileDamaged: what was downloaded is not what was saved. Unavailable: the folder cannot be written to.
    /// </exception>
    public string Fetch(Checkpoint checkpoint, string subject, Action<Stream> download)
    {
        string path = PathOf(checkpoint);
        lock (StripeOf(path))
        {
            if (!Touch(path) || !IsWhole(path, checkpoint))
            {
                Take(path, checkpoint, subject, download);
            }

            return path;
        }
    }

    public void Drop(Checkpoint checkpoint)
    {
        string path = PathOf(checkpoint);
        lock (StripeOf(path))
        {
            lock (room)
            {
                File.Delete(path);
            }
        }
    }

    private static bool IsWhole(string path, Checkpoint checkpoint)
    {
        using FileStream file = File.OpenRead(path);
        return file.Length == checkpoint.Length && Convert.ToHexStringLower(SHA256.HashData(file)) == checkpoint.Sha256;
    }

    // Who reads a file has it open for reading only, alone or beside others.
    private static bool IsOpen(FileInfo file)
    {
        try
        {
            using FileStream alone = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // What was just touched is not taken away while it is looked at.
    private bool Touch(string path)
    {
        lock (room)
        {
            if (!File.Exists(path))
            {
                return false;
            }

            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
            return true;
        }
    }

    private void Take(string path, Checkpoint checkpoint, string subject, Action<Stream> download)
    {
        Expect(checkpoint.Length);
        try
        {
            MakeRoom();
            Download(path, checkpoint, subject, download);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Fault(FaultCode.Unavailable, folder,
                $"cannot take a fetched checkpoint of {checkpoint.Length} bytes: {e.Message}", e);
        }
        finally
        {
            Expect(-checkpoint.Length);
        }
    }

    private void Download(string path, Checkpoint checkpoint, string subject, Action<Stream> download)
    {
        string draft = $"{path}{Draft}";
        try
        {
            using (FileStream file = File.Create(draft))
            {
                using HashingStream hashing = new(file);
                download(hashing);
                Fault.Unless(hashing.Length == checkpoint.Length, FaultCode.FileDamaged, subject,
                    $"has {hashing.Length} bytes; {checkpoint.Length} were written");
                Fault.Unless(hashing.Sha256() == checkpoint.Sha256, FaultCode.FileDamaged, subject,
                    "is not what was written (SHA-256 differs)");
            }

            File.SetLastWriteTimeUtc(draft, clock.GetUtcNow().UtcDateTime);
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private void MakeRoom()
    {
        lock (room)
        {
            DateTime now = clock.GetUtcNow().UtcDateTime;
            List<FileInfo> files = [.. new DirectoryInfo(folder).EnumerateFiles()
                .Where(file => file.Extension != Draft).OrderBy(file => file.LastWriteTimeUtc)];
            long held = arriving + files.Sum(file => file.Length);
            foreach (FileInfo file in files.TakeWhile(file => now - file.LastWriteTimeUtc > Opened))
            {
                if (held <= bytesMax)
                {
                    return;
                }

                if (!IsOpen(file))
                {
                    held -= file.Length;
                    file.Delete();
                }
            }
        }
    }

    private void Expect(long bytes)
    {
        lock (room)
        {
            arriving += bytes;
        }
    }

    private object StripeOf(string path) => stripes[(uint)path.GetHashCode(StringComparison.Ordinal) % Stripes];

    private string PathOf(Checkpoint checkpoint)
    {
        bool isHash = checkpoint.Sha256.Length == SHA256.HashSizeInBytes * 2 && checkpoint.Sha256.All(char.IsAsciiHexDigitLower);
        Fault.Unless(isHash, FaultCode.FileDamaged, checkpoint.Blob, $"its hash is '{checkpoint.Sha256}'; allowed: 64 hexadecimal digits");
        return Path.Combine(folder, checkpoint.Sha256);
    }
}
