namespace ViSurf.Sdk;

/// <summary>How an attempt ended early, the last time it did.</summary>
/// <param name="Kind">What kind of ending it was: rules differ.</param>
/// <param name="Reason">What was wrong.</param>
/// <param name="At">When it was stored.</param>
public sealed record FailureView(FailureKind Kind, string Reason, DateTimeOffset At);

/// <summary>Why an attempt ended early.</summary>
public enum FailureKind
{
    /// <summary>None of the others. Tried again after a while, up to three attempts in all.</summary>
    Unknown,

    /// <summary>An experiment of higher priority took its slot. Uses up no attempt.</summary>
    Preempted,

    /// <summary>Its slot was drained, or its process stopped. Uses up no attempt.</summary>
    Drained,

    /// <summary>Its slot was not heard of any longer. Uses up no attempt; final the fifth time in a row, devices counted in.</summary>
    NodeLost,

    /// <summary>Its device did nothing any more. Uses up no attempt; final the fifth time in a row, nodes counted in.</summary>
    DeviceLost,

    /// <summary>The stage needs more memory than its device has. Final.</summary>
    OutOfMemory,

    /// <summary>A file that it reads is damaged. Final.</summary>
    BadData,

    /// <summary>The loss is not a number. Final.</summary>
    Diverged,

    /// <summary>A field of the spec is wrong. Final.</summary>
    UserError,

    /// <summary>The checkpoint store was away. Uses up no attempt; final the twentieth time in a row, after more than an hour.</summary>
    StoreAway,
}
