namespace ViSurf.Silo;

/// <summary>What a process of a cluster does.</summary>
[Flags]
public enum Roles
{
    /// <summary>Nothing: everything in one process is asked for.</summary>
    None = 0,

    /// <summary>Keeps sweeps, experiments and the queue, and relays events. At least two, so that one may end.</summary>
    Control = 1,

    /// <summary>Has slots, and trains.</summary>
    Gpu = 2,

    /// <summary>Answers over HTTP. Alone, it is no member of the cluster but its client.</summary>
    Api = 4,

    /// <summary>Brings the database to this version, and ends.</summary>
    Migrate = 8,
}
