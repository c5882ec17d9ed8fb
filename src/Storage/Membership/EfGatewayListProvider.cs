using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;

namespace ViSurf.Storage;

/// <summary>Where clients enter a cluster: its active silos that take them.</summary>
internal sealed class EfGatewayListProvider(
    IDbContextFactory<ViSurfDb> contexts, IOptions<ClusterOptions> cluster, IOptions<GatewayOptions> gateway) : IGatewayListProvider
{
    public TimeSpan MaxStaleness => gateway.Value.GatewayListRefreshPeriod;

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProviderAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public async Task<IList<Uri>> GetGatewaysAsync(CancellationToken cancellationToken = default)
    {
        string id = cluster.Value.ClusterId;
        await using ViSurfDb db = contexts.CreateDbContext();
        var open = await db.Membership.Where(row => row.Cluster == id && row.Status == SiloStatus.Active && row.GatewayPort > 0)
            .Select(row => new { row.Silo, row.GatewayPort }).ToListAsync(cancellationToken);
        return [.. open.Select(row => (SiloAddress.FromParsableString(row.Silo), row.GatewayPort)).Select(silo =>
            SiloAddress.New(silo.Item1.Endpoint.Address, silo.GatewayPort, silo.Item1.Generation).ToGatewayUri())];
    }

    // What Orleans calls these since 10.4 has the ending Async.
    Task IGatewayListProvider.InitializeGatewayListProvider() => InitializeGatewayListProviderAsync();

    Task<IList<Uri>> IGatewayListProvider.GetGateways() => GetGatewaysAsync();
}
