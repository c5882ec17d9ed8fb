using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/storage: what rows say of checkpoints, compared with what is there.</summary>
internal static class StorageEndpoints
{
    private const string Forgotten = "is no audit that is remembered; begin another";

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/storage/audits", StartAsync)
            .WithSummary("Begins to compare what rows say of checkpoints with what is in the store, and to drop orphans where asked.")
            .Accepts<StorageAuditRequest>(isOptional: true, SpecBody.Json)
            .Produces<StorageAuditView>(StatusCodes.Status202Accepted).Conflicts();
        v1.MapGet("/storage/audits/{id}", async (string id, IGrainFactory grains) =>
                Tagged.Json(await Storage(grains).ReadAsync(id) ?? throw new Fault(FaultCode.NotFound, id, Forgotten)))
            .WithSummary("Shows an audit as it stands; it is forgotten after some others, or with the process that made it.")
            .ProducesTagged<StorageAuditView>();
    }

    private static async Task<IResult> StartAsync(HttpRequest request, IGrainFactory grains, CancellationToken stop)
    {
        StorageAuditRequest asked = await SpecBody.ReadOptionalAsync<StorageAuditRequest>(request, stop) ?? new();
        return Results.Json(await Storage(grains).StartAsync(asked), SpecJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static IStorageGrain Storage(IGrainFactory grains) => grains.GetGrain<IStorageGrain>(Pools.Default);
}
