using Microsoft.Extensions.DependencyInjection;
using Orleans.Messaging;

namespace ViSurf.Storage;

/// <summary>Lets silos and clients find each other through the database that the storage of their host is in.</summary>
/// <remarks>The host needs <see cref="StorageSetup.AddPostgresStorage"/>, and a cluster id in its options.</remarks>
public static class MembershipSetup
{
    public static ISiloBuilder UseEfMembership(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<IMembershipTable, EfMembershipTable>();
        return silo;
    }

    public static IClientBuilder UseEfMembership(this IClientBuilder client)
    {
        client.Services.AddSingleton<IGatewayListProvider, EfGatewayListProvider>();
        return client;
    }
}
