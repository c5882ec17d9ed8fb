using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Cuts what is written to it into blocks, and uploads some of them at a time. Nothing is to be seen before the commit.</summary>
/// <remarks>Blocks are named for this upload alone: two that write one name at once mix nothing.</remarks>
internal sealed class BlockUpload(BlockBlobClient blob, string subject, int blockBytes, int atOnce) : Stream
{
    private const string SaveKey = "save";
    private const int BlocksMax = 50_000; // of a blob, says Azure
    private static readonly BlockBlobStageBlockOptions ServerChecks =
        new() { TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 } };

    private readonly CancellationTokenSource given = new();
    private readonly string save = Guid.NewGuid().ToString("N");
    private readonly List<string> blocks = [];
    private readonly byte[]?[] buffers = new byte[]?[atOnce];
    private readonly Task[] underWay = [.. Enumerable.Repeat(Task.CompletedTask, atOnce)];
    private int at;
    private int filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => ((long)blocks.Count * blockBytes) + filled;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    /// <exception cref="Fault">Unavailable: a block could not be stored.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            byte[] block = buffers[at] ??= new byte[blockBytes];
            int taken = Math.Min(buffer.Length, blockBytes - filled);
            buffer[..taken].CopyTo(block.AsSpan(filled));
            buffer = buffer[taken..];
            filled += taken;
            if (filled == blockBytes)
            {
                Send();
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Gives the blocks their name, all at once.</summary>
    /// <exception cref="Fault">Conflict: there is a blob of that name. Unavailable.</exception>
    public void Commit(string sha256)
    {
        if (filled > 0)
        {
            Send();
        }

        Wait(Task.WhenAll(underWay));
        try
        {
            blob.CommitBlockList(blocks, new CommitBlockListOptions
            {
                Conditions = new() { IfNoneMatch = ETag.All },
                Metadata = new Dictionary<string, string> { [SaveKey] = save, ["sha256"] = sha256 },
            });
        }
        catch (Exception e) when (BlobFaults.IsOfStore(e))
        {
            // An answer may have been lost, and the request been sent again.
            if (!IsOurs(e))
            {
                throw BlobFaults.Of(subject, e);
            }
        }
    }

    public override void Flush()
    {
        // Blocks are whole, and the commit is what brings them to the store.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            given.Cancel();
            given.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Send()
    {
        Fault.Unless(blocks.Count < BlocksMax, FaultCode.SpecInvalid, subject,
            $"has more than {(long)BlocksMax * blockBytes} bytes; allowed: 50,000 blocks; make a block larger");
        // All names of a blob's blocks have one length.
        string name = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{save}{blocks.Count.ToString("D5", CultureInfo.InvariantCulture)}"));
        underWay[at] = blob.StageBlockAsync(name, new MemoryStream(buffers[at]!, 0, filled, writable: false), ServerChecks, given.Token);
        blocks.Add(name);
        at = (at + 1) % atOnce;
        filled = 0;
        Wait(underWay[at]);
    }

    // The caller's thread is its own: it may wait.
    private void Wait(Task sent) => BlobFaults.Of(subject, () =>
    {
        sent.GetAwaiter().GetResult();
        return true;
    });

    private bool IsOurs(Exception error)
    {
        if (error is not RequestFailedException { Status: 400 or 409 or 412 })
        {
            return false;
        }

        BlobProperties? there = null;
        try
        {
            there = blob.GetProperties().Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
        catch (Exception e) when (BlobFaults.IsOfStore(e))
        {
            throw BlobFaults.Of(subject, e);
        }

        Fault.Unless(there.Metadata.TryGetValue(SaveKey, out string? saved) && saved == save, FaultCode.Conflict, subject,
            "is there already; a checkpoint is written once");
        return true;
    }
}
