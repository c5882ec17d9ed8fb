using System.Text.Json;
using ViSurf.Api.Http;
using ViSurf.Api.Reports;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/sweeps/{id}/results and /report: what came out.</summary>
internal static class ResultEndpoints
{
    private static readonly Dictionary<ReportFormat, string> MediaTypes = new()
    {
        [ReportFormat.Md] = "text/markdown",
        [ReportFormat.Html] = "text/html",
        [ReportFormat.Json] = "application/json",
    };

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/sweeps/{id}/results", async (string id, IReadModel reads, CancellationToken stop) =>
            {
                await Find.SweepAsync(reads, id, stop);
                return Part.Whole(await reads.ResultsAsync(id, stop));
            })
            .WithSummary("Lists the results of a sweep that are there, in the order of its experiments.")
            .Produces<Page<ResultView>>().NotFound();
        v1.MapGet("/sweeps/{id}/report", ReportAsync)
            .WithSummary("Writes the report of a sweep's results: md, html or json. The same results give the same bytes.")
            .Produces<string>(StatusCodes.Status200OK, "text/markdown", "text/html", "application/json")
            .Produces(StatusCodes.Status304NotModified).NotFound().Conflicts();
    }

    private static async Task<IResult> ReportAsync(
        string id, string? format, IReadModel reads, ReportWriter writer, CancellationToken stop)
    {
        ReportFormat? wanted = MediaTypes.Keys.Select(one => (ReportFormat?)one)
            .FirstOrDefault(one => JsonNamingPolicy.CamelCase.ConvertName($"{one}") == (format ?? "md"));
        Fault.Unless(wanted is not null, FaultCode.SpecInvalid, "format", $"is '{format}'; allowed: md, html, json");
        (_, SweepSpec spec) = await Find.SweepAsync(reads, id, stop);
        return Tagged.Text(await writer.WriteAsync(id, spec, wanted.Value, stop), MediaTypes[wanted.Value]);
    }
}
