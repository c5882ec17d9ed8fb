using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Whether a slot does its work: closed for a while where different experiments fail on it one after the other.</summary>
/// <remarks>
/// Five within half an hour close it for ten minutes, or until somebody opens it. An attempt that ends well starts the count anew;
/// what is the spec's own fault, or nobody's, counts neither way. What would fail alike on any slot is as likely its sweep's fault as
/// the slot's: a sweep counts once for all of those.
/// </remarks>
public sealed class SlotHealth(TimeProvider clock)
{
    /// <summary>As many experiments must have failed on it.</summary>
    public const int FailuresMost = 5;

    /// <summary>Within this time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    /// <summary>So long it takes no work.</summary>
    public static readonly TimeSpan CoolDown = TimeSpan.FromMinutes(10);

    private readonly List<(string Who, long At)> failed = [];
    private long? closedAt;
    private string last = "";

    /// <summary>Why it takes no work; null where it takes some.</summary>
    public string? Reason
    {
        get
        {
            if (closedAt is { } at && clock.GetElapsedTime(at) >= CoolDown)
            {
                Clear();
            }

            return closedAt is null ? null : $"{FailuresMost} experiments in a row failed on it, the last with: {last}";
        }
    }

    /// <summary>An attempt has ended well.</summary>
    public void Succeeded() => failed.Clear();

    /// <summary>An attempt has failed.</summary>
    public void Failed(string experiment, FailureKind kind, string reason)
    {
        if (kind is not (FailureKind.Unknown or FailureKind.OutOfMemory or FailureKind.BadData))
        {
            return;
        }

        string who = FailureRules.IsFinal(kind) ? $"{experiment[..Math.Max(0, experiment.LastIndexOf('/'))]}/" : experiment;
        failed.RemoveAll(one => one.Who == who || clock.GetElapsedTime(one.At) > Window);
        failed.Add((who, clock.GetTimestamp()));
        if (failed.Count >= FailuresMost)
        {
            (closedAt, last) = (clock.GetTimestamp(), reason);
        }
    }

    /// <summary>It takes work again.</summary>
    public void Clear()
    {
        failed.Clear();
        closedAt = null;
    }
}
