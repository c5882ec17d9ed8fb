using ViSurf.Api.Http;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Api.Endpoints;

/// <summary>/v1/slots: the devices and what they do; drain and undrain, one or a node's.</summary>
internal static class SlotEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/slots", async (IGrainFactory grains) => Part.Whole(await SlotsAsync(grains)))
            .WithSummary("Lists the slots and what they do.").Produces<Page<SlotView>>();
        Map(v1, "/slots/{id}/drain", "Closes a slot: what runs on it writes a checkpoint and goes elsewhere.", slot => slot.Id, true);
        Map(v1, "/slots/{id}/undrain", "Opens a slot, whatever closed it.", slot => slot.Id, false);
        Map(v1, "/nodes/{id}/drain", "Closes every slot of a node.", slot => SlotSettings.NodeOf(slot.Id), true);
        Map(v1, "/nodes/{id}/undrain", "Opens every slot of a node.", slot => SlotSettings.NodeOf(slot.Id), false);
    }

    private static void Map(RouteGroupBuilder v1, string route, string summary, Func<SlotView, string> nameOf, bool isDrain) =>
        v1.MapPost(route, async (HttpRequest request, string id, IGrainFactory grains, CancellationToken stop) =>
        {
            string reason = await ReasonBody.ReadAsync(request, stop, "drained over HTTP");
            string[] named = [.. (await SlotsAsync(grains)).Where(slot => nameOf(slot) == id).Select(slot => slot.Id)];
            Fault.Unless(named.Length > 0, FaultCode.NotFound, id, "is the name of no slot that is heard of");
            foreach (string slot in named)
            {
                await grains.GetGrain<ITrainerSlotGrain>(slot).DrainAsync(isDrain ? reason : null);
            }

            return Part.Whole([.. (await SlotsAsync(grains)).Where(slot => nameOf(slot) == id)]);
        }).WithSummary(summary).Accepts<CancelRequest>(isOptional: true, SpecBody.Json).Produces<Page<SlotView>>().NotFound();

    private static async Task<IReadOnlyList<SlotView>> SlotsAsync(IGrainFactory grains) =>
        await grains.GetGrain<ISchedulerGrain>(Pools.Default).SlotsAsync();
}
