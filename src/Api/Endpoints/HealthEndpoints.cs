using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/healthz: whether requests can be answered.</summary>
internal static class HealthEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/healthz", async (IReadModel reads, CancellationToken stop) =>
            {
                await reads.SweepsAsync(null, 1, stop);
                return Results.Json(new Health("ok"), SpecJson.Options);
            })
            .WithTags("health").WithSummary("Answers once the store does.").Produces<Health>();

    /// <param name="Status">ok; anything else is a problem document.</param>
    private sealed record Health(string Status);
}
