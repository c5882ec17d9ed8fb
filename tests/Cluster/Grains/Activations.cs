using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Metadata;

namespace ViSurf.Tests.Cluster.Grains;

/// <summary>Knows the last activation of each grain.</summary>
internal sealed class Activations : IConfigureGrainContextProvider, IConfigureGrainContext
{
    private readonly ConcurrentDictionary<GrainId, IGrainContext> last = [];

    public IGrainContext Last(GrainId grain) => last[grain];

    public void Configure(IGrainContext context) => last[context.GrainId] = context;

    public bool TryGetConfigurator(
        GrainType grainType, GrainProperties properties, [NotNullWhen(true)] out IConfigureGrainContext? configurator)
    {
        configurator = this;
        return true;
    }
}
