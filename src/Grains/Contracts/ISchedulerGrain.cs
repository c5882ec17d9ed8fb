using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Gives queued experiments to idle slots. Owns no truth: it is rebuilt from rows wherever it starts.</summary>
/// <remarks>Key: the pool's name.</remarks>
[Alias("visurf.ISchedulerGrain")]
public interface ISchedulerGrain : IGrainWithStringKey
{
    /// <summary>Experiments have become ready. A hint: what is lost is found again in the rows.</summary>
    [Alias("Enqueue"), ResponseTimeout("00:00:05")]
    ValueTask EnqueueAsync(Immutable<IReadOnlyList<QueueRow>> ready);

    /// <summary>A node's slots report.</summary>
    [Alias("Heartbeat"), ResponseTimeout("00:00:05")]
    ValueTask HeartbeatAsync(IReadOnlyList<SlotReport> slots);

    /// <summary>A lease has ended. A hint.</summary>
    [Alias("Release"), ResponseTimeout("00:00:05")]
    ValueTask ReleaseAsync(Lease lease);

    [Alias("Slots"), AlwaysInterleave]
    ValueTask<IReadOnlyList<SlotView>> SlotsAsync();

    /// <summary>Why an experiment waits for a slot, each reason a sentence; none where it does not.</summary>
    [Alias("Why"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    ValueTask<IReadOnlyList<string>> WhyAsync(string experimentId);
}

/// <summary>The names of pools.</summary>
public static class Pools
{
    public const string Default = "default";
}
