using ViSurf.Sdk;

namespace ViSurf.Silo.Events;

/// <summary>A sweep was submitted or extended.</summary>
public sealed record SweepSubmitted(string EventId, string Sweep, DateTimeOffset At);

/// <summary>Every experiment of a sweep has ended.</summary>
public sealed record SweepCompleted(string EventId, string Sweep, DateTimeOffset At);

/// <summary>An experiment has its result.</summary>
public sealed record ExperimentCompleted(string EventId, string Sweep, string Experiment, DateTimeOffset At);

/// <summary>An experiment failed for good.</summary>
public sealed record ExperimentFailed(string EventId, string Sweep, string Experiment, DateTimeOffset At);

/// <summary>An experiment was cancelled.</summary>
public sealed record ExperimentCancelled(string EventId, string Sweep, string Experiment, DateTimeOffset At);

/// <summary>The messages that stored events become on the bus.</summary>
internal static class Messages
{
    /// <summary>The message; null where the event stays inside.</summary>
    public static object? Of(EventView stored) => stored.Kind switch
    {
        EventKinds.SweepSubmitted => new SweepSubmitted(stored.Id, stored.Sweep, stored.At),
        EventKinds.SweepCompleted => new SweepCompleted(stored.Id, stored.Sweep, stored.At),
        EventKinds.ExperimentCompleted => new ExperimentCompleted(stored.Id, stored.Sweep, stored.Experiment!, stored.At),
        EventKinds.ExperimentFailed => new ExperimentFailed(stored.Id, stored.Sweep, stored.Experiment!, stored.At),
        EventKinds.ExperimentCancelled => new ExperimentCancelled(stored.Id, stored.Sweep, stored.Experiment!, stored.At),
        _ => null,
    };

    /// <summary>Whether the effect of the event is stored by a consumer, which then closes it.</summary>
    public static bool HasStoredEffect(EventView stored) => stored.Kind == EventKinds.ExperimentCompleted;
}
