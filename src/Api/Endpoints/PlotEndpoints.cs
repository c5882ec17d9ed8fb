using Microsoft.AspNetCore.Mvc;
using ViSurf.Api.Http;
using ViSurf.Api.Reports;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/sweeps/{id}/plots: what came out, to be looked at.</summary>
internal static class PlotEndpoints
{
    private static readonly Dictionary<PlotFormat, string> MediaTypes = new()
    {
        [PlotFormat.Svg] = "image/svg+xml",
        [PlotFormat.Png] = "image/png",
    };

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/sweeps/{id}/plots", async (string id, IReadModel reads, ReportWriter writer, CancellationToken stop) =>
            {
                (SweepView View, SweepSpec Spec) sweep = await Find.SweepAsync(reads, id, stop);
                return Part.Whole(await writer.PlotAsync(id, sweep, plots => plots.List(), stop));
            })
            .WithSummary("Lists the plots that a sweep's results have.")
            .Produces<Page<PlotView>>().NotFound().Conflicts();
        v1.MapGet("/sweeps/{id}/plots/{name}", async (
                string id, string name, [AsParameters] PlotQuery query, IReadModel reads, ReportWriter writer, CancellationToken stop) =>
            {
                PlotFormat wanted = Format(query.Format ?? "svg");
                (SweepView View, SweepSpec Spec) sweep = await Find.SweepAsync(reads, id, stop);
                return Tagged.File(
                    await writer.PlotAsync(id, sweep, plots => plots.Draw(name, wanted, query.Measure), stop), MediaTypes[wanted]);
            })
            .WithSummary("Draws a plot of a sweep's results: svg or png. The measure is what bars show. "
                + "The same results give the same bytes.")
            .Produces<byte[]>(StatusCodes.Status200OK, MediaTypes[PlotFormat.Svg], MediaTypes[PlotFormat.Png])
            .Produces(StatusCodes.Status304NotModified).NotFound().Conflicts();
    }

    private static PlotFormat Format(string word)
    {
        PlotFormat? wanted = MediaTypes.Keys.Select(one => (PlotFormat?)one).FirstOrDefault(one => SpecJson.Word(one!.Value) == word);
        return wanted ?? throw new Fault(FaultCode.SpecInvalid, "format",
            $"is '{word}'; allowed: {string.Join(", ", MediaTypes.Keys.Select(SpecJson.Word))}");
    }

    private sealed record PlotQuery([FromQuery(Name = "format")] string? Format, [FromQuery(Name = "measure")] string? Measure);
}
