namespace ViSurf.Grains;

/// <summary>When checkpoints that nothing refers to are dropped.</summary>
/// <param name="OrphanAge">They stay at least so long after they were written.</param>
public sealed record StorageSettings(TimeSpan OrphanAge)
{
    /// <summary>What holds where nothing else is said.</summary>
    public static StorageSettings Usual { get; } = new(TimeSpan.FromDays(1));

    /// <summary>How often they are looked for.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromHours(1);
}
