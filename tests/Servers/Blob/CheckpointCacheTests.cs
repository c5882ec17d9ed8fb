using Microsoft.Extensions.Time.Testing;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;

namespace ViSurf.Tests.Servers.Blob;

/// <summary>What was fetched is fetched once, and takes no more room than allowed.</summary>
public sealed class CheckpointCacheTests : IDisposable
{
    private const int Length = 1000;
    private static readonly Lease Lease = new("sweep/0123abcd", 3, "node|cpu:0");
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch.AddYears(60));
    private readonly Azurite azurite = new();

    public void Dispose() => azurite.Dispose();

    [Fact]
    public void A_checkpoint_is_downloaded_once_and_again_when_its_copy_is_damaged()
    {
        UnsteadyWire wire = new((_, _) => Mishap.None);
        AzureBlobCheckpoints store = new(azurite.Settings with { Transport = wire }, clock);
        Checkpoint saved = Save(store, 1);
        string copy = store.Fetch(saved);
        int sent = wire.Sent;
        Assert.Equal(copy, store.Fetch(saved));
        Assert.Equal(sent, wire.Sent);

        File.WriteAllBytes(copy, new byte[Length]);
        Assert.Equal(Content(1), File.ReadAllBytes(store.Fetch(saved)));
        Assert.Equal(sent + 1, wire.Sent);
    }

    [Fact]
    public void What_was_used_longest_ago_goes_first_when_there_is_no_more_room()
    {
        AzureBlobCheckpoints store = new(azurite.Settings with { CacheBytesMax = 3 * Length }, clock);
        Checkpoint[] saved = [.. Enumerable.Range(0, 4).Select(i => Save(store, i))];
        string[] copies = [.. saved.Take(3).Select(Fetched)];
        Fetched(saved[0]);
        string last = Fetched(saved[3]);
        Assert.Equal([copies[0], copies[2], last], azurite.Cached.Order().ToHashSet(), (a, b) => a.Order().SequenceEqual(b.Order()));

        string Fetched(Checkpoint checkpoint)
        {
            clock.Advance(TimeSpan.FromMinutes(11));
            return store.Fetch(checkpoint);
        }
    }

    [Fact]
    public void What_was_fetched_a_moment_ago_stays_until_it_can_be_opened()
    {
        AzureBlobCheckpoints store = new(azurite.Settings with { CacheBytesMax = Length }, clock);
        string first = store.Fetch(Save(store, 1));
        string second = store.Fetch(Save(store, 2));
        Assert.Equal((true, true), (File.Exists(first), File.Exists(second)));
        clock.Advance(TimeSpan.FromMinutes(11));
        store.Fetch(Save(store, 3));
        Assert.Single(azurite.Cached);
    }

    [Fact]
    public void What_is_being_read_stays()
    {
        AzureBlobCheckpoints store = new(azurite.Settings with { CacheBytesMax = Length }, clock);
        string first = store.Fetch(Save(store, 1));
        using (File.OpenRead(first))
        {
            clock.Advance(TimeSpan.FromMinutes(11));
            store.Fetch(Save(store, 2));
            Assert.True(File.Exists(first));
        }

        store.Fetch(Save(store, 3));
        Assert.False(File.Exists(first));
    }

    [Fact]
    public void A_folder_that_takes_no_copy_is_named_and_the_store_is_not_blamed()
    {
        UnsteadyWire wire = new((_, _) => Mishap.None);
        AzureBlobCheckpoints store = new(azurite.Settings with { Transport = wire }, clock);
        Checkpoint saved = Save(store, 1);
        Directory.Delete(azurite.Settings.CacheFolder, recursive: true);
        Fault fault = Assert.Throws<Fault>(() => store.Fetch(saved));
        Directory.CreateDirectory(azurite.Settings.CacheFolder);
        Assert.Equal((FaultCode.Unavailable, azurite.Settings.CacheFolder), (fault.Code, fault.Subject));
    }

    [Fact]
    public void A_copy_goes_with_its_checkpoint()
    {
        AzureBlobCheckpoints store = new(azurite.Settings, clock);
        Checkpoint saved = Save(store, 1);
        store.Fetch(saved);
        store.Drop(saved);
        Assert.Empty(azurite.Cached);
    }

    private static byte[] Content(int number) => [.. Enumerable.Range(0, Length).Select(i => (byte)(i * number))];

    private static Checkpoint Save(AzureBlobCheckpoints store, int number) =>
        store.Save("k", Lease, number, stream => stream.Write(Content(number)));
}
