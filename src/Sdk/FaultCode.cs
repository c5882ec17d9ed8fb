namespace ViSurf.Sdk;

/// <summary>What kind of mistake or mishap a <see cref="Fault"/> is: a stable word for programs.</summary>
public enum FaultCode
{
    /// <summary>A field of a spec is unknown, missing or out of range.</summary>
    SpecInvalid,

    /// <summary>A file named by the caller does not exist.</summary>
    NotFound,

    /// <summary>A file is damaged, or is not what its name says.</summary>
    FileDamaged,

    /// <summary>Somebody else holds what was asked for.</summary>
    Conflict,

    /// <summary>A newer attempt holds the lease, or none does: whoever asked stops and writes nothing more.</summary>
    LeaseLost,

    /// <summary>Something that is needed does not answer now; the same request may succeed later.</summary>
    Unavailable,

    /// <summary>Training went wrong and stopped: the loss is not a number.</summary>
    Diverged,

    /// <summary>A stage needs more memory than its device has.</summary>
    OutOfMemory,

    /// <summary>A device does nothing any more until its process is another one.</summary>
    DeviceLost,
}
