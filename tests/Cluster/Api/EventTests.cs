using System.Net.ServerSentEvents;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

[Collection(ServerCollection.Name)]
public class EventTests(Server server)
{
    [Fact]
    public async Task A_watch_brings_every_event_in_order_and_ends_with_the_sweep()
    {
        string id = server.NewId();
        await server.Client.SubmitAsync(Server.Spec(id, 81), id);
        List<EventView> events = await Events(id, 0);
        Assert.Equal(EventKinds.SweepSubmitted, events[0].Kind);
        Assert.Equal(EventKinds.SweepCompleted, events[^1].Kind);
        Assert.Equal(3, events.Count(one => one.Kind == EventKinds.ExperimentCompleted));
        Assert.Equal(events.Select(one => one.Sequence).Order(), events.Select(one => one.Sequence));
        Assert.All(events, one => Assert.Equal(id, one.Sweep));
    }

    [Fact]
    public async Task A_later_watch_goes_on_after_the_event_it_names()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 91), id);
        List<EventView> all = await Events(id, 0);
        List<EventView> rest = await Events(id, all[2].Sequence);
        Assert.Equal(all.Skip(3).Select(one => one.Id), rest.Select(one => one.Id));
        Assert.Empty(await Events(id, all[^1].Sequence));
        Assert.Equal(all.Skip(3).Select(one => $"{one.Sequence}"), await Raw($"v1/sweeps/{id}/events?after={all[2].Sequence}", null));
        Assert.Equal(all.Skip(3).Select(one => $"{one.Sequence}"), await Raw($"v1/sweeps/{id}/events", $"{all[2].Sequence}"));
    }

    [Fact]
    public async Task An_extended_sweep_is_watched_beyond_its_first_end()
    {
        string id = server.NewId();
        await server.RunAsync(Server.Spec(id, 101), id);
        await server.Client.SubmitAsync(Server.Spec(id, 101, 102), id);
        Assert.Equal(2, (await Events(id, 0)).Count(one => one.Kind == EventKinds.SweepCompleted));
    }

    private Task<List<EventView>> Events(string id, long after) => Server.EventsAsync(server.Client, id, after);

    private async Task<List<string>> Raw(string path, string? lastEventId)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using HttpResponseMessage response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        List<string> ids = [];
        await foreach (SseItem<string> item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            ids.Add(item.EventId!);
        }

        return ids;
    }
}
