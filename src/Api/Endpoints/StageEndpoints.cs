using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/stages: what experiments share.</summary>
internal static class StageEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/stages", ListAsync)
            .WithSummary("Lists stages by key: all, or those that a sweep's experiments need.").Produces<Page<StageView>>().NotFound();
        v1.MapGet("/stages/{key}", async (string key, IReadModel reads, CancellationToken stop) =>
                Tagged.Json(await Find.StageAsync(reads, key, stop)))
            .WithSummary("Shows a stage as it stands.").ProducesTagged<StageView>();
    }

    private static async Task<IResult> ListAsync(
        HttpRequest request, string? sweep, [AsParameters] Part part, IReadModel reads, CancellationToken stop)
    {
        if (sweep is not null)
        {
            await Find.SweepAsync(reads, sweep, stop);
        }

        return await part.PageAsync(request, max => reads.StagesAsync(sweep, part.After, max, stop), stage => stage.Key);
    }
}
