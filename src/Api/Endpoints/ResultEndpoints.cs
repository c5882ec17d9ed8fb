using ViSurf.Api.Http;
using ViSurf.Api.Reports;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/sweeps/{id}/results and /report, /v1/comparisons: what came out.</summary>
internal static class ResultEndpoints
{
    private static readonly Dictionary<ReportFormat, string> MediaTypes = new()
    {
        [ReportFormat.Md] = "text/markdown",
        [ReportFormat.Html] = "text/html",
        [ReportFormat.Json] = "application/json",
        [ReportFormat.Latex] = "application/x-latex",
        [ReportFormat.Csv] = "text/csv",
        [ReportFormat.Parquet] = "application/vnd.apache.parquet",
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
            .WithSummary("Writes the report of a sweep's results: md, html, json, latex, csv or parquet. "
                + "The same results give the same bytes.")
            .Produces<string>(StatusCodes.Status200OK, "text/markdown", [.. MediaTypes.Values.Except(["text/markdown"])])
            .Produces(StatusCodes.Status304NotModified).NotFound().Conflicts();
        v1.MapGet("/comparisons", async (string first, string second, string? test, ReportWriter writer, CancellationToken stop) =>
                Tagged.Json(await writer.CompareAsync(
                    first, second, ReportChoices.Read(name => name == "test" ? test : null).Test, stop)))
            .WithSummary("Compares two experiments, or two sweeps row by row, on the same items.")
            .ProducesTagged<ComparisonView>().Conflicts();
    }

    private static async Task<IResult> ReportAsync(
        string id, [AsParameters] ReportQuery query, IReadModel reads, ReportWriter writer, CancellationToken stop)
    {
        ReportFormat? wanted = MediaTypes.Keys.Select(one => (ReportFormat?)one)
            .FirstOrDefault(one => SpecJson.Word(one!.Value) == (query.Format ?? "md"));
        Fault.Unless(wanted is not null, FaultCode.SpecInvalid, "format",
            $"is '{query.Format}'; allowed: {string.Join(", ", MediaTypes.Keys.Select(SpecJson.Word))}");
        (SweepView View, SweepSpec Spec) sweep = await Find.SweepAsync(reads, id, stop);
        string type = wanted == ReportFormat.Parquet ? MediaTypes[wanted.Value] : $"{MediaTypes[wanted.Value]}; charset=utf-8";
        return Tagged.File(await writer.WriteAsync(id, sweep, wanted.Value, query.Choices(), stop), type);
    }
}
