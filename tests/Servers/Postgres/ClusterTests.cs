using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using ViSurf.Chaos.Cluster;
using ViSurf.Storage;

namespace ViSurf.Tests.Servers.Postgres;

/// <summary>Orleans itself on the table of members.</summary>
public class ClusterTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_find_each_other_a_client_finds_them_and_one_that_stops_is_known_to_be_gone()
    {
        string connection = PostgresServer.OfAll.Create("cluster");
        using IHost first = Silo(connection);
        using IHost second = Silo(connection);
        await Task.WhenAll(first.StartAsync(Stop), second.StartAsync(Stop));
        using IHost outside = Client(connection);
        await outside.StartAsync(Stop);
        IManagementGrain cluster = outside.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0);
        Assert.Equal(2, (await cluster.GetHosts(onlyActive: true)).Count);

        await second.StopAsync(Stop);
        Assert.Single(await cluster.GetHosts(onlyActive: true));
        Assert.Equal(2, (await cluster.GetHosts(onlyActive: false)).Count);
        await outside.StopAsync(Stop);
        await first.StopAsync(Stop);
    }

    private static IHost Silo(string connection)
    {
        HostApplicationBuilder builder = Empty(connection);
        builder.UseOrleans(silo => silo.Configure<ClusterOptions>(Name).UseEfMembership()
            .ConfigureEndpoints(IPAddress.Loopback, Ports.Free(), Ports.Free()));
        return builder.Build();
    }

    private static IHost Client(string connection)
    {
        HostApplicationBuilder builder = Empty(connection);
        builder.UseOrleansClient(client => client.Configure<ClusterOptions>(Name).UseEfMembership());
        return builder.Build();
    }

    private static HostApplicationBuilder Empty(string connection)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddPostgresStorage(connection);
        return builder;
    }

    private static void Name(ClusterOptions options) => options.ClusterId = options.ServiceId = "visurf";
}
