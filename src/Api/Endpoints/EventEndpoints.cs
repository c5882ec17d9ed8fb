using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using ViSurf.Api.Events;
using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/sweeps/{id}/events: what happens, as it happens.</summary>
internal static class EventEndpoints
{
    public static void Map(RouteGroupBuilder v1) => v1.MapGet("/sweeps/{id}/events", FollowAsync)
        .WithSummary("Streams a sweep's events (server-sent events) from Last-Event-ID on, and its slots between them; "
            + "ends after sweepCompleted.")
        .Produces<EventView>(StatusCodes.Status200OK, EventStream.MediaType).NotFound();

    private static async Task FollowAsync(HttpContext context, string id, [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        string? after, IReadModel reads, CancellationToken stop)
    {
        long last = Sequence(lastEventId, "Last-Event-ID") ?? Sequence(after, "after") ?? 0;
        SweepView view = (await Find.SweepAsync(reads, id, stop)).View;
        IServiceProvider services = context.RequestServices;
        CancellationToken stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(stop, stopping);
        EventStream stream = ActivatorUtilities.CreateInstance<EventStream>(services, context.Response, id, last);
        try
        {
            await stream.RunAsync(hasEnded: view.Phase != SweepPhase.Running, ends.Token);
            await ends.CancelAsync(); // waits that nobody waits for any longer
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            return; // whoever watched went away, or this process stops: the watcher goes on elsewhere, after the last event it has
        }
    }

    private static long? Sequence(string? text, string name)
    {
        long sequence = 0;
        Fault.Unless(string.IsNullOrEmpty(text)
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && sequence >= 0),
            FaultCode.SpecInvalid, name, $"is '{text}'; allowed: the number of an event, 0 and above");
        return string.IsNullOrEmpty(text) ? null : sequence;
    }
}
