using System.Globalization;
using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/sweeps/{id}/search: where a search stands, and its trials.</summary>
internal static class SearchEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/sweeps/{id}/search", async (string id, IReadModel reads, CancellationToken stop) =>
                Tagged.Json(SearchViews.Of(await FindAsync(reads, id, stop))))
            .WithSummary("Shows where a search stands, and its best trial so far.").ProducesTagged<SearchView>().Conflicts();
        v1.MapGet("/sweeps/{id}/search/trials",
                async (HttpRequest request, string id, [AsParameters] Part part, IReadModel reads, CancellationToken stop) =>
                {
                    StoredSearch search = await FindAsync(reads, id, stop);
                    int after = part.After is null ? 0 : NumberOf(part.After);
                    return await part.PageAsync<TrialView>(request, max => new(SearchViews.Trials(search, after, max)),
                        trial => trial.Number.ToString(CultureInfo.InvariantCulture));
                })
            .WithSummary("Lists the trials of a search in the order in which they were made.")
            .Produces<Page<TrialView>>().NotFound().Conflicts();
    }

    private static int NumberOf(string after) =>
        int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new Fault(FaultCode.SpecInvalid, "after", $"is '{after}'; allowed: the number of a trial");

    private static async Task<StoredSearch> FindAsync(IReadModel reads, string id, CancellationToken stop)
    {
        await Find.SweepAsync(reads, id, stop);
        return await reads.SearchAsync(id, stop)
            ?? throw new Fault(FaultCode.Conflict, id, "is no search; allowed: a sweep that was submitted with search");
    }
}
