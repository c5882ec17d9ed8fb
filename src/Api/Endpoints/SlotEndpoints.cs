using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/slots: the devices and what they do.</summary>
internal static class SlotEndpoints
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/slots", async (IGrainFactory grains) =>
                Part.Whole(await grains.GetGrain<ISchedulerGrain>(Pools.Default).SlotsAsync()))
            .WithSummary("Lists the slots and what they do.").Produces<Page<SlotView>>();
}
