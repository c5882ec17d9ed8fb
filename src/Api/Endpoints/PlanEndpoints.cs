using ViSurf.Api.Http;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/plans: what a sweep would run.</summary>
internal static class PlanEndpoints
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapPost("/plans", async (HttpRequest request, Submissions submissions, CancellationToken stop) =>
                Results.Json(await submissions.PlanAsync(await SpecBody.ReadAsync<SweepSpec>(request, stop), stop), SpecJson.Options))
            .TakesSpec<SweepSpec>().WithSummary("Says what a sweep would run; stores nothing.").Produces<SweepPlan>();
}
