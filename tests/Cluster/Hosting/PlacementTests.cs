using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Metadata;
using Orleans.Runtime.Placement.Filtering;
using ViSurf.Grains;
using ViSurf.Silo;

namespace ViSurf.Tests.Cluster.Hosting;

/// <summary>Which silos a grain's class asks for.</summary>
public sealed class PlacementTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IHost host;

    public PlacementTests()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.AddEmbeddedSilo(new() { StateFolder = folder.Path, Node = "node", Slots = 1, Force = true });
        host = builder.Build();
    }

    public void Dispose()
    {
        host.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_class_keeps_its_role_when_another_class_asks_for_another()
    {
        RequireRole decides = RoleOf<SweepGrain>();
        RequireRole fetches = RoleOf<CheckpointGrain>();
        Assert.Equal((SiloLabels.Control, SiloLabels.Gpu), (decides.Role, fetches.Role));
    }

    private RequireRole RoleOf<TGrain>()
        where TGrain : class => Assert.IsType<RequireRole>(Assert.Single(host.Services
            .GetRequiredService<PlacementFilterStrategyResolver>()
            .GetPlacementFilterStrategies(host.Services.GetRequiredService<GrainTypeResolver>().GetGrainType(typeof(TGrain)))));
}
