using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>A row of sweeps: the sweep's state, and what is searched for.</summary>
public sealed class SweepEntity
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required int Revision { get; init; }

    public required SweepPhase Phase { get; init; }

    public required long CreatedAt { get; init; }

    public long? EndedAt { get; init; }

    public required long Version { get; init; }

    public required string State { get; init; }
}
