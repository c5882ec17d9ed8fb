using Orleans.Runtime.MembershipService.SiloMetadata;

namespace ViSurf.Grains;

/// <summary>The labels under which a silo tells the others what it is.</summary>
/// <remarks>Its own are known at once, those of others once they were asked.</remarks>
public sealed class SiloLabels(ISiloMetadataCache others, ILocalSiloDetails here, IReadOnlyDictionary<string, string> own)
{
    /// <summary>The node's name: the same after a restart.</summary>
    public const string Node = "visurf.node";

    /// <summary>What it does, with commas between.</summary>
    public const string Roles = "visurf.roles";

    /// <summary>The role of silos that keep sweeps, experiments and the queue.</summary>
    public const string Control = "control";

    /// <summary>The role of silos with slots.</summary>
    public const string Gpu = "gpu";

    /// <summary>A silo's label; null where it has none, or was not asked yet.</summary>
    public string? Of(SiloAddress silo, string label) => silo.Equals(here.SiloAddress)
        ? own.GetValueOrDefault(label)
        : others.GetSiloMetadata(silo).Metadata.GetValueOrDefault(label);
}
