using Azure.Core;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Storage;
using Request = Azure.Core.Request;

namespace ViSurf.Tests.Servers.Blob;

/// <summary>A blob service that misbehaves costs time, or is reported; what was stored before stays.</summary>
public sealed class BlobMishapTests : IDisposable
{
    private static readonly Lease Lease = new("sweep/0123abcd", 3, "node|cpu:0");
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];
    private readonly Azurite azurite = new();

    public void Dispose() => azurite.Dispose();

    [Theory]
    [InlineData(nameof(Mishap.Refused))]
    [InlineData(nameof(Mishap.AnswerLost))]
    public void Requests_of_which_half_fail_store_and_fetch_all_the_same(string mishap)
    {
        UnsteadyWire wire = new((i, _) => i % 2 == 0 ? Enum.Parse<Mishap>(mishap) : Mishap.None);
        AzureBlobCheckpoints store = new(azurite.Unsteady(wire, 8) with { BlockBytes = 20_000 }, TimeProvider.System);
        Checkpoint saved = store.Save("k", Lease, 4, Write);
        Assert.Equal(Bytes, File.ReadAllBytes(store.Fetch(saved)));
        Assert.Equal(Bytes, azurite.Container.GetBlobClient(saved.Blob).DownloadContent().Value.Content.ToArray());
        Assert.True(wire.Sent >= 2 * 15, $"{wire.Sent} requests for 15 blocks, each sent twice");
    }

    [Fact]
    public void A_commit_whose_answer_is_lost_is_no_conflict_with_itself()
    {
        bool isLost = false;
        UnsteadyWire wire = new((_, request) =>
        {
            bool isFirst = IsCommit(request) && !isLost;
            isLost |= isFirst;
            return isFirst ? Mishap.AnswerLost : Mishap.None;
        });
        Checkpoint saved = azurite.Open(wire).Save("k", Lease, 4, Write);
        Assert.True(isLost);
        Assert.Equal(Bytes, File.ReadAllBytes(azurite.Open().Fetch(saved)));
    }

    [Fact]
    public void A_request_that_is_not_answered_is_sent_again()
    {
        UnsteadyWire wire = new((i, _) => i % 2 == 0 ? Mishap.Silence : Mishap.None) { IsSilentAtTimes = true };
        AzureBlobCheckpoints store = azurite.Open(wire);
        Checkpoint saved = store.Save("k", Lease, 4, Write);
        Assert.Equal(Bytes, File.ReadAllBytes(store.Fetch(saved)));
    }

    [Theory]
    [InlineData(403, "AuthorizationFailure", 1)] // no use in asking again
    [InlineData(507, "InsufficientStorage", 1)]
    [InlineData(503, "ServerBusy", 3)]
    public void A_save_that_is_refused_is_reported_and_the_checkpoint_before_stays(int status, string code, int tries)
    {
        Checkpoint before = azurite.Open().Save("k", Lease, 4, Write);
        int asked = 0;
        UnsteadyWire wire = new((_, request) => IsBlock(request) && asked++ >= 0 ? Mishap.Refused : Mishap.None, status, code);
        Fault fault = Assert.Throws<Fault>(() => azurite.Open(wire, 3).Save("k", Lease, 8, Write));
        Assert.Equal((FaultCode.Unavailable, $"{azurite.Settings.Container}/s/k/sweep/0123abcd/f3-s8"), (fault.Code, fault.Subject));
        Assert.Contains($"{status} {code}", fault.Reason, StringComparison.Ordinal);
        Assert.Equal(tries, asked);
        Assert.Equal(before.Blob, Assert.Single(azurite.Container.GetBlobs(cancellationToken: Stop).Select(blob => blob.Name)));
        Assert.Equal(Bytes, File.ReadAllBytes(azurite.Open().Fetch(before)));
    }

    [Fact]
    public void A_service_that_never_answers_is_reported_after_as_many_tries_as_allowed()
    {
        Checkpoint saved = azurite.Open().Save("k", Lease, 4, Write);
        UnsteadyWire wire = new((_, _) => Mishap.Silence) { IsSilentAtTimes = true };
        Fault fault = Assert.Throws<Fault>(() => azurite.Open(wire, 3).Fetch(saved));
        Assert.Equal((FaultCode.Unavailable, 3), (fault.Code, wire.Sent));
    }

    [Fact]
    public void Nobody_hears_that_a_checkpoint_is_lost_because_the_container_is_misspelt()
    {
        Checkpoint saved = azurite.Open().Save("k", Lease, 4, Write);
        AzureBlobCheckpoints elsewhere = new(azurite.Settings with { Container = "no-such-container" }, TimeProvider.System);
        Fault fault = Assert.Throws<Fault>(() => elsewhere.Fetch(saved));
        Assert.Equal(FaultCode.Unavailable, fault.Code);
        Assert.Contains("ContainerNotFound", fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_save_keeps_so_many_blocks_in_memory_and_no_more()
    {
        UnsteadyWire wire = new((_, _) => Mishap.None);
        AzureBlobCheckpoints store = new(
            azurite.Settings with { Transport = wire, BlockBytes = 10_000, BlocksAtOnce = 3 }, TimeProvider.System);
        Checkpoint saved = store.Save("k", Lease, 4, Write);
        Assert.InRange(wire.BlocksMost.Count, 1, 3);
        Assert.Equal(10_000, wire.BlocksMost.Bytes);
        Assert.Equal(Bytes, File.ReadAllBytes(store.Fetch(saved)));
    }

    [Fact]
    public void What_failed_halfway_may_be_saved_again_under_its_name()
    {
        int blocks = 0;
        UnsteadyWire wire = new((_, request) => IsBlock(request) && ++blocks > 7 ? Mishap.Refused : Mishap.None, 403, "Forbidden");
        Assert.Throws<Fault>(() => new AzureBlobCheckpoints(
            azurite.Unsteady(wire, 1) with { BlockBytes = 20_000 }, TimeProvider.System).Save("k", Lease, 4, Write));
        Checkpoint saved = azurite.Open().Save("k", Lease, 4, Write);
        Assert.Equal(Bytes, File.ReadAllBytes(azurite.Open().Fetch(saved)));
    }

    [Fact]
    public void A_connection_that_is_none_is_refused_and_its_key_is_not_told()
    {
        Fault fault = Assert.Throws<Fault>(() => new AzureBlobCheckpoints(
            azurite.Settings with { Connection = "AccountKey=c2VjcmV0" }, TimeProvider.System));
        Assert.Equal(FaultCode.SpecInvalid, fault.Code);
        Assert.DoesNotContain("c2VjcmV0", fault.ToString(), StringComparison.Ordinal);
        Assert.Throws<Fault>(() => (azurite.Settings with { Connection = null }).Checked());
        Assert.Throws<Fault>(() => (azurite.Settings with { Connection = null, Account = new("http://x.example") }).Checked());
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static void Write(Stream stream) => stream.Write(Bytes);

    private static bool IsBlock(Request request) => request.Uri.Query.Contains("comp=block&", StringComparison.Ordinal);

    private static bool IsCommit(Request request) =>
        request.Method == RequestMethod.Put && request.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal);
}
