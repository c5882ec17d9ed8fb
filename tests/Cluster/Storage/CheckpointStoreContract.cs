using System.Security.Cryptography;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Storage;

/// <summary>What an <see cref="ICheckpointStore"/> promises.</summary>
public abstract class CheckpointStoreContract
{
    private static readonly Lease Lease = new("sweep/0123abcd", 3, "node|cpu:0");
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];

    protected abstract ICheckpointStore Store { get; }

    /// <summary>Changes a byte of what is stored.</summary>
    protected abstract void Damage(string blob);

    /// <summary>Takes bytes off the end of what is stored.</summary>
    protected abstract void Cut(string blob);

    [Fact]
    public void A_checkpoint_is_fetched_as_it_was_saved()
    {
        Checkpoint saved = Store.Save("k-train", Lease, 12, InPieces);
        Assert.Equal(new("s/k-train/sweep/0123abcd/f3-s12", 12, Bytes.Length, Convert.ToHexStringLower(SHA256.HashData(Bytes))), saved);
        Assert.Equal(Bytes, File.ReadAllBytes(Store.Fetch(saved)));
        Assert.Equal(Bytes, File.ReadAllBytes(Store.Fetch(saved)));
    }

    [Fact]
    public void A_checkpoint_of_no_bytes_is_one_too()
    {
        Checkpoint saved = Store.Save("k-train", Lease, 0, _ => { });
        Assert.Empty(File.ReadAllBytes(Store.Fetch(saved)));
    }

    [Fact]
    public void A_name_is_written_once_and_what_was_there_stays()
    {
        Checkpoint saved = Store.Save("k-train", Lease, 12, InPieces);
        Fault fault = Assert.Throws<Fault>(() => Store.Save("k-train", Lease, 12, stream => stream.Write([1])));
        Assert.Equal(FaultCode.Conflict, fault.Code);
        Assert.Equal(Bytes, File.ReadAllBytes(Store.Fetch(saved)));
    }

    [Fact]
    public void What_earlier_attempts_saved_and_nobody_committed_is_dropped_and_nothing_else()
    {
        Checkpoint committed = Store.Save("k-train", Lease, 8, InPieces);
        Checkpoint orphan = Store.Save("k-train", Lease, 12, InPieces);
        Checkpoint ofAnother = Store.Save("k-train", Lease with { ExperimentId = "sweep/89abcdef" }, 12, InPieces);
        Checkpoint ofAnotherStage = Store.Save("k-other", Lease, 12, InPieces);
        Lease next = Lease with { Fence = 10 }; // as numbers: f10 comes after f3
        Checkpoint own = Store.Save("k-train", next, 12, InPieces);

        Store.DropOrphans("k-train", next, [committed]);
        Store.DropOrphans("k-never", next, []);

        AssertRefused(FaultCode.NotFound, orphan);
        Assert.All([committed, ofAnother, ofAnotherStage, own], checkpoint => Assert.NotEmpty(File.ReadAllBytes(Store.Fetch(checkpoint))));
    }

    [Fact]
    public async Task Of_many_who_save_under_one_name_at_once_one_does()
    {
        using Barrier together = new(4);
        ICheckpointStore store = Store;
        Checkpoint?[] saved = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
            () => TrySave(store, stream =>
            {
                Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(30)));
                stream.Write([(byte)i]);
            }),
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Checkpoint winner = Assert.Single(saved, checkpoint => checkpoint is not null)!;
        Assert.Equal([(byte)Array.IndexOf(saved, winner)], File.ReadAllBytes(store.Fetch(winner)));
    }

    [Fact]
    public void A_writer_that_fails_leaves_nothing_and_the_name_stays_free()
    {
        Assert.Throws<InvalidDataException>(() => Store.Save("k-train", Lease, 12, stream =>
        {
            stream.Write(Bytes);
            throw new InvalidDataException();
        }));
        Checkpoint saved = Store.Save("k-train", Lease, 12, InPieces);
        Assert.Equal(Bytes, File.ReadAllBytes(Store.Fetch(saved)));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_each_time_it_is_fetched()
    {
        Checkpoint saved = Store.Save("k-train", Lease, 12, InPieces);
        Store.Fetch(saved);
        Damage(saved.Blob);
        AssertRefused(FaultCode.FileDamaged, saved);
        AssertRefused(FaultCode.FileDamaged, saved);
    }

    [Fact]
    public void A_cut_off_checkpoint_is_refused()
    {
        Checkpoint saved = Store.Save("k-train", Lease, 12, InPieces);
        Cut(saved.Blob);
        AssertRefused(FaultCode.FileDamaged, saved);
    }

    [Fact]
    public void A_checkpoint_that_is_not_what_was_recorded_is_refused()
    {
        Checkpoint saved = Store.Save("k-train", Lease, 12, InPieces);
        AssertRefused(FaultCode.FileDamaged, saved with { Sha256 = new('0', 64) });
        AssertRefused(FaultCode.FileDamaged, saved with { Length = 1 });
    }

    [Fact]
    public void A_dropped_checkpoint_is_gone_and_dropping_it_again_is_no_error()
    {
        Checkpoint saved = Store.Save("k-train", Lease, 12, InPieces);
        Checkpoint kept = Store.Save("k-train", Lease, 16, InPieces);
        Store.Drop(saved);
        Store.Drop(saved);
        AssertRefused(FaultCode.NotFound, saved);
        Assert.Equal(Bytes, File.ReadAllBytes(Store.Fetch(kept)));
    }

    [Fact]
    public void What_is_stored_is_listed_once_part_by_part_and_what_was_dropped_is_not()
    {
        string[] keys = ["a", "a-b", "ab", "b"];
        Checkpoint[] saved = [.. keys.SelectMany(key => new[] { 4, 10 }.Select(step => Store.Save(key, Lease, step, InPieces)))];
        Assert.True(Store.Drop(saved[0].Blob));
        Assert.False(Store.Drop(saved[0].Blob));
        Assert.Equal((false, true), (Store.Exists(saved[0].Blob), Store.Exists(saved[1].Blob)));

        List<StoredBlob> listed = [];
        int parts = 0;
        for (string? cursor = ""; cursor is not null; parts++)
        {
            BlobPage page = Store.List(cursor is "" ? null : cursor, max: 3);
            Assert.InRange(page.Blobs.Count, 0, 3);
            listed.AddRange(page.Blobs);
            cursor = page.Next;
        }

        Assert.InRange(parts, 3, 4);
        Assert.Equal(saved.Skip(1).Select(one => one.Blob).Order(StringComparer.Ordinal), listed.Select(one => one.Name));
        Assert.All(listed, one => Assert.Equal(Bytes.Length, one.Length));
        Assert.All(listed, one => Assert.InRange(one.WrittenAt, listed[0].WrittenAt.AddHours(-1), listed[0].WrittenAt.AddHours(1)));
    }

    [Fact]
    public void An_empty_store_lists_nothing()
    {
        BlobPage page = Store.List(null, 10);
        Assert.Equal((0, null), (page.Blobs.Count, page.Next));
    }

    [Fact]
    public void A_list_goes_on_after_a_blob_that_was_dropped_meanwhile()
    {
        Checkpoint[] saved = [.. Enumerable.Range(1, 5).Select(step => Store.Save("k-train", Lease, step, InPieces))];
        BlobPage first = Store.List(null, 2);
        Assert.All(first.Blobs, one => Assert.True(Store.Drop(one.Name)));
        Assert.Equal(saved.Skip(2).Select(one => one.Blob), Store.List(first.Next, 10).Blobs.Select(one => one.Name));
    }

    [Theory]
    [InlineData("..", "sweep/x")]
    [InlineData("k", "../../x")]
    [InlineData("k", "/etc/x")]
    [InlineData("k", "sweep//x")]
    [InlineData("", "sweep/x")]
    [InlineData("k", "sweep/./x")]
    [InlineData("k", "sweep\\x")]
    [InlineData("k", "sweep/\0")]
    public void No_name_leads_elsewhere(string stageKey, string experiment)
    {
        Fault fault = Assert.Throws<Fault>(() => Store.Save(stageKey, new(experiment, 1, "slot"), 1, InPieces));
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);
        Checkpoint named = new($"s/{stageKey}/{experiment}/f1-s1", 1, Bytes.Length, new('0', 64));
        AssertRefused(FaultCode.SpecInvalid, named);
        Assert.Throws<Fault>(() => Store.Drop(named));
        Assert.Throws<Fault>(() => Store.Drop(named.Blob));
        Assert.Throws<Fault>(() => Store.Exists(named.Blob));
    }

    private void AssertRefused(FaultCode code, Checkpoint checkpoint)
    {
        Fault fault = Assert.Throws<Fault>(() => Store.Fetch(checkpoint));
        Assert.Equal(code, fault.Code);
        Assert.EndsWith(checkpoint.Blob, fault.Subject, StringComparison.Ordinal);
    }

    private static Checkpoint? TrySave(ICheckpointStore store, Action<Stream> write)
    {
        try
        {
            return store.Save("k-train", Lease, 12, write);
        }
        catch (Fault fault) when (fault.Code == FaultCode.Conflict)
        {
            return null;
        }
    }

    private static void InPieces(Stream stream)
    {
        stream.Write(Bytes.AsSpan(0, 100_000));
        stream.Write(Bytes, 100_000, Bytes.Length - 100_001);
        stream.WriteByte(Bytes[^1]);
        stream.Flush();
    }
}
