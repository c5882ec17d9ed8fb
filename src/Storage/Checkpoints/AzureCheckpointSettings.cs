using Azure.Core.Pipeline;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>Where checkpoints lie in Azure Blob Storage, and how this process speaks to it.</summary>
public sealed record AzureCheckpointSettings
{
    /// <summary>A connection string with the account's key; null where <see cref="Account"/> is given.</summary>
    public string? Connection { get; init; }

    /// <summary>
    /// https://{account}.blob.core.windows.net; signed in to with the pod's workload identity, else with the machine's managed one.
    /// </summary>
    public Uri? Account { get; init; }

    /// <summary>Made where it is missing, if the identity may.</summary>
    public string Container { get; init; } = "checkpoints";

    /// <summary>A folder of this process alone: checkpoints that were fetched.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>
    /// The most bytes in <see cref="CacheFolder"/>, what was fetched within the last minute and what is being fetched aside.
    /// </summary>
    public long CacheBytesMax { get; init; } = 50L << 30;

    /// <summary>Bytes of a block; a checkpoint has at most 50,000 blocks.</summary>
    public int BlockBytes { get; init; } = 8 << 20;

    /// <summary>Blocks under way at a time: a save holds so many blocks in memory, and no more.</summary>
    public int BlocksAtOnce { get; init; } = 4;

    /// <summary>How often a request is sent before the store counts as unavailable.</summary>
    public int TriesMax { get; init; } = 10;

    /// <summary>The wait before the second try; it doubles with each, up to <see cref="LongestWait"/>.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one try may be without an answer.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Carries requests instead of a connection.</summary>
    internal HttpPipelineTransport? Transport { get; init; }

    /// <exception cref="Fault">SpecInvalid, naming the setting.</exception>
    public AzureCheckpointSettings Checked()
    {
        Fault.Unless(Connection is null != Account is null, FaultCode.SpecInvalid, "blob",
            "allowed: a connection string, or an account's URL, and not both");
        Fault.Unless(Account is null || Account.Scheme == Uri.UriSchemeHttps, FaultCode.SpecInvalid, "blob",
            $"is '{Account}'; allowed: https://, because a token is sent");
        Fault.Unless(CacheBytesMax >= 0, FaultCode.SpecInvalid, "blob cache", $"is {CacheBytesMax}; allowed: 0 or more bytes");
        Fault.Unless(BlockBytes is >= 1 and <= 1 << 30 && BlocksAtOnce is >= 1 and <= 64 && TriesMax >= 1, FaultCode.SpecInvalid, "blob",
            $"{BlockBytes} bytes a block, {BlocksAtOnce} at once, {TriesMax} tries; allowed: 1 to {1 << 30}, 1 to 64, at least 1");
        return this;
    }
}
