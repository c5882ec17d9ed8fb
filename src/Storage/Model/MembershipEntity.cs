namespace ViSurf.Storage;

/// <summary>A row of membership: a silo of a cluster.</summary>
public sealed class MembershipEntity
{
    public required string Cluster { get; init; }

    /// <summary>Address, port and generation, as <see cref="SiloAddress.ToParsableString"/> writes them.</summary>
    public required string Silo { get; init; }

    public required string Name { get; init; }

    public required string Host { get; init; }

    /// <summary>Where it takes clients; 0 where it takes none.</summary>
    public required int GatewayPort { get; init; }

    public required SiloStatus Status { get; init; }

    /// <summary>Who suspects it since when, as JSON.</summary>
    public required string Suspects { get; init; }

    public required long StartedAt { get; init; }

    public required long AliveAt { get; init; }

    public required long Version { get; init; }
}

/// <summary>A row of membership_versions: how often the members of a cluster changed.</summary>
public sealed class MembershipVersionEntity
{
    public required string Cluster { get; init; }

    public required long Version { get; init; }
}
