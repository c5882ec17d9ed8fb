using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Cluster.Storage;

public sealed class FileCheckpointsTests : CheckpointStoreContract, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public FileCheckpointsTests() => Store = new FileCheckpoints(folder.Path);

    protected override ICheckpointStore Store { get; }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_draft_of_a_process_that_was_killed_is_dropped_and_checkpoints_stay()
    {
        Checkpoint saved = Store.Save("k", new("sweep/x", 1, "slot"), 1, stream => stream.Write([1]));
        File.WriteAllBytes(folder.File("drafts", "1"), [1, 2, 3]);
        FileCheckpoints next = new(folder.Path);
        Assert.Empty(Directory.EnumerateFiles(folder.File("drafts")));
        Assert.True(File.Exists(next.Fetch(saved)));
    }

    [Fact]
    public void No_draft_is_left_behind()
    {
        Store.Save("k", new("sweep/x", 1, "slot"), 1, stream => stream.Write([1]));
        Assert.Throws<Fault>(() => Store.Save("k", new("sweep/x", 1, "slot"), 1, stream => stream.Write([1])));
        Assert.Empty(Directory.EnumerateFiles(folder.File("drafts")));
    }

    protected override void Damage(string blob)
    {
        using FileStream file = new(folder.File(blob.Split('/')), FileMode.Open, FileAccess.ReadWrite);
        int first = file.ReadByte();
        file.Position = 0;
        file.WriteByte((byte)(first ^ 1));
    }

    protected override void Cut(string blob)
    {
        using FileStream file = new(folder.File(blob.Split('/')), FileMode.Open, FileAccess.Write);
        file.SetLength(file.Length - 1);
    }
}
