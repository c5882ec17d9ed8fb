using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace ViSurf.Grains;

/// <summary>A grain lives on the node that its key begins with: {node}|{device}.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PinnedToNodeAttribute() : PlacementAttribute(new PinnedToNode());

/// <summary>See <see cref="PinnedToNodeAttribute"/>.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("visurf.PinnedToNode")]
public sealed class PinnedToNode : PlacementStrategy;

/// <summary>Finds the silo with the node's name; of two, one of which is about to be declared dead, the one that started last.</summary>
public sealed class PinnedToNodeDirector(SiloLabels labels) : IPlacementDirector
{
    /// <exception cref="OrleansException">No silo of that node is known: it is lost, or has not introduced itself yet.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string node = SlotSettings.NodeOf(target.GrainIdentity.Key.ToString()!);
        SiloAddress? found = context.GetCompatibleSilos(target)
            .Where(silo => labels.Of(silo, SiloLabels.Node) == node)
            .MaxBy(silo => silo.Generation);
        return Task.FromResult(found ?? throw new OrleansException($"no silo is the node '{node}'"));
    }
}
