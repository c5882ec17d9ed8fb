using System.Net;
using System.Text;
using System.Text.Json;
using ViSurf.Sdk;

namespace ViSurf.Tests.Cluster.Api;

/// <summary>What the client does when the line breaks.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly Line line = new();
    private readonly NoPause clock = new();

    [Fact]
    public async Task A_broken_connection_goes_on_after_the_last_event_and_nothing_comes_twice()
    {
        line.Answers.Enqueue(() => Events(isCut: true, Event(1), Event(2)));
        line.Answers.Enqueue(() => throw new HttpRequestException("refused"));
        line.Answers.Enqueue(() => Problem(503));
        line.Answers.Enqueue(() => Events(isCut: false, Event(2), Event(3, EventKinds.SweepCompleted)));
        Assert.Equal([1, 2, 3], (await WatchAsync()).Select(one => one.Sequence));
        Assert.Equal(["0", "2", "2", "2"], line.LastEventIds);
        Assert.Equal([0.25, 0.5, 1], clock.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task A_stream_that_ends_early_is_opened_again_until_the_sweep_has_ended()
    {
        line.Answers.Enqueue(() => Events(isCut: false, Event(1)));
        line.Answers.Enqueue(() => View(SweepPhase.Running));
        line.Answers.Enqueue(() => Events(isCut: false));
        line.Answers.Enqueue(() => View(SweepPhase.Succeeded));
        line.Answers.Enqueue(() => Events(isCut: false, Event(2, EventKinds.SweepCompleted)));
        Assert.Equal([1, 2], (await WatchAsync()).Select(one => one.Sequence));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_given_up_on()
    {
        for (int i = 0; i < 11; i++)
        {
            line.Answers.Enqueue(() => throw new HttpRequestException("refused"));
        }

        Assert.Equal(FaultCode.Unavailable, (await Assert.ThrowsAsync<Fault>(WatchAsync)).Code);
        Assert.Equal(10, clock.Pauses.Count);
        Assert.Equal(TimeSpan.FromSeconds(5), clock.Pauses[^1]);
    }

    [Fact]
    public async Task A_sweep_that_is_not_there_is_said_at_once()
    {
        line.Answers.Enqueue(() => Problem(404));
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(WatchAsync)).Code);
        Assert.Empty(clock.Pauses);
    }

    public void Dispose() => line.Dispose();

    private Task<List<EventView>> WatchAsync() =>
        Server.EventsAsync(new(new(line) { BaseAddress = new("http://server") }, clock), "s");

    private static EventView Event(long sequence, string kind = EventKinds.StageStarted) =>
        new(sequence, $"e{sequence}", kind, "s", null, DateTimeOffset.UnixEpoch, []);

    private static HttpResponseMessage Events(bool isCut, params EventView[] events)
    {
        string text = string.Concat(events.Select(one =>
            $"id: {one.Sequence}\nevent: {one.Kind}\ndata: {JsonSerializer.Serialize(one, SpecJson.Options)}\n\n"));
        return new(HttpStatusCode.OK) { Content = new StreamContent(new Wire(Encoding.UTF8.GetBytes(text), isCut)) };
    }

    private static HttpResponseMessage View(SweepPhase phase) => Json(HttpStatusCode.OK, "application/json", new SweepView
    {
        Id = "s",
        Name = "s",
        Revision = 1,
        Phase = phase,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Experiments = new Dictionary<Phase, int>(),
    });

    private static HttpResponseMessage Problem(int status) => Json((HttpStatusCode)status, "application/problem+json",
        new { code = status == 404 ? FaultCode.NotFound : FaultCode.Unavailable, subject = "s", detail = "is not there" });

    private static HttpResponseMessage Json(HttpStatusCode status, string type, object body) =>
        new(status) { Content = new StringContent(JsonSerializer.Serialize(body, SpecJson.Options), Encoding.UTF8, type) };

    /// <summary>Answers what was laid down, in order.</summary>
    private sealed class Line : HttpMessageHandler
    {
        public Queue<Func<HttpResponseMessage>> Answers { get; } = [];

        public List<string> LastEventIds { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.TryGetValues("Last-Event-ID", out IEnumerable<string>? ids))
            {
                LastEventIds.AddRange(ids);
            }

            return Task.FromResult(Answers.Dequeue()());
        }
    }

    /// <summary>Bytes that end, or break off.</summary>
    private sealed class Wire(byte[] bytes, bool isCut) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            return read == 0 && isCut ? throw new IOException("the line broke") : read;
        }
    }

    /// <summary>Time in which every pause is over at once.</summary>
    private sealed class NoPause : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
