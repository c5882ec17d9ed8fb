using Microsoft.AspNetCore.Mvc;
using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/sweeps: submit, extend, list, show, cancel, retry.</summary>
internal static class SweepEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPut("/sweeps/{key}", PutAsync).TakesSpec<SweepSpec>()
            .WithSummary("Submits a sweep under a key, or extends the one that is there.")
            .Produces<SubmitView>(StatusCodes.Status201Created).Produces<SubmitView>().Conflicts();
        v1.MapPost("/sweeps", PostAsync).TakesSpec<SweepSpec>()
            .WithSummary("Submits a sweep under a new id; the same Idempotency-Key gives the same sweep.")
            .Produces<SubmitView>(StatusCodes.Status201Created).Produces<SubmitView>().Conflicts();
        v1.MapGet("/sweeps", (HttpRequest request, [AsParameters] Part part, IReadModel reads, CancellationToken stop) =>
                part.PageAsync(request, max => reads.SweepsAsync(part.After, max, stop), sweep => sweep.Id))
            .WithSummary("Lists sweeps, newest first.").Produces<Page<SweepView>>();
        v1.MapGet("/sweeps/{id}", async (string id, IReadModel reads, CancellationToken stop) =>
                Tagged.Json((await Find.SweepAsync(reads, id, stop)).View))
            .WithSummary("Shows a sweep as it stands.").ProducesTagged<SweepView>();
        v1.MapGet("/sweeps/{id}/spec", async (string id, IReadModel reads, CancellationToken stop) =>
                Tagged.Json((await Find.SweepAsync(reads, id, stop)).Spec))
            .WithSummary("Shows the spec of a sweep, extensions included.").ProducesTagged<SweepSpec>();
        v1.MapPost("/sweeps/{id}/cancel", async (HttpRequest request, string id, Submissions submissions, CancellationToken stop) =>
                Tagged.Json(await submissions.CancelSweepAsync(id, await ReasonBody.ReadAsync(request, stop), stop)))
            .WithSummary("Asks for the end of a sweep; what runs stops at its next step.")
            .Accepts<CancelRequest>(isOptional: true, SpecBody.Json).Produces<SweepView>().NotFound();
        v1.MapPost("/sweeps/{id}/retry", async (HttpRequest request, string id, Submissions submissions, CancellationToken stop) =>
                Tagged.Json(await submissions.RetrySweepAsync(
                    id, await SpecBody.ReadOptionalAsync<RetryRequest>(request, stop) ?? new(), stop)))
            .WithSummary("Runs again what failed or was cancelled, from its last checkpoints; what succeeded stays.")
            .Accepts<RetryRequest>(isOptional: true, SpecBody.Json).Produces<SweepView>().NotFound().Conflicts();
    }

    private static async Task<IResult> PutAsync(HttpRequest request, string key, Submissions submissions, CancellationToken stop) =>
        Answer(await submissions.SubmitAsync(SweepIds.Checked(key), await SpecBody.ReadAsync<SweepSpec>(request, stop), stop));

    private static async Task<IResult> PostAsync(HttpRequest request, [FromHeader(Name = "Idempotency-Key")] string? idempotencyKey,
        Submissions submissions, CancellationToken stop) =>
        Answer(await submissions.CreateAsync(idempotencyKey, await SpecBody.ReadAsync<SweepSpec>(request, stop), stop));

    private static Submitted Answer(SubmitView view) => new(view);

    private sealed class Submitted(SubmitView view) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            bool isNew = view.Outcome == SubmitOutcome.Created;
            httpContext.Response.Headers.Location = $"{httpContext.Request.PathBase}/v1/sweeps/{view.Sweep.Id}";
            return Results.Json(view, SpecJson.Options, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK)
                .ExecuteAsync(httpContext);
        }
    }
}
