namespace ViSurf.Sdk;

/// <summary>A row of the stage table: one training or evaluation that experiments share.</summary>
public sealed record StageView
{
    /// <summary>The hash of everything that determines the result.</summary>
    public required string Key { get; init; }

    /// <summary>sft, rlvr, visurf or evaluate.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required StageState State { get; init; }

    /// <summary>The experiment that trains it, or trained it.</summary>
    public required string Owner { get; init; }

    /// <summary>Steps up to the last checkpoint.</summary>
    public required int Step { get; init; }

    /// <summary>All of its steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The last checkpoint; none where none was written.</summary>
    public CheckpointView? Checkpoint { get; init; }
}

/// <summary>Where a stage stands.</summary>
public enum StageState
{
    /// <summary>Its owner trains it, or will.</summary>
    Claimed,

    /// <summary>Its result is stored.</summary>
    Done,

    /// <summary>Its owner ended without it; the next experiment that needs it goes on from its checkpoint.</summary>
    Abandoned,

    /// <summary>It is done and its checkpoint was dropped, as its sweeps' retention has it; who needs the model trains it again.</summary>
    Expired,
}

/// <summary>A checkpoint in the checkpoint store.</summary>
/// <param name="Blob">Its name: s/{stage key}/{experiment}/f{fence}-s{step}.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">The hash of its bytes, in lower-case hexadecimal digits.</param>
public sealed record CheckpointView(string Blob, int Step, long Length, string Sha256);
