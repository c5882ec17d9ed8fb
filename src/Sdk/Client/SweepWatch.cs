using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ViSurf.Sdk;

/// <summary>Follows the events of a sweep over connections that may break: each goes on after the last event that came.</summary>
internal sealed class SweepWatch(HttpCalls calls, string sweepPath, long afterSequence, TimeProvider clock) : IAsyncDisposable
{
    private const string SlotsType = "slots";
    private const int FailuresMax = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private HttpResponseMessage? response;
    private IAsyncEnumerator<SseItem<string>>? items;
    private long last = afterSequence;
    private bool isCompleted;
    private bool hasEnded;
    private int failures;

    public static async IAsyncEnumerable<WatchUpdate> FollowAsync(
        HttpCalls calls, string sweepPath, long afterSequence, TimeProvider clock, [EnumeratorCancellation] CancellationToken stop)
    {
        SweepWatch watch = new(calls, sweepPath, afterSequence, clock);
        await using ConfiguredAsyncDisposable closing = watch.ConfigureAwait(false);
        while (await watch.NextAsync(stop).ConfigureAwait(false) is { } update)
        {
            yield return update;
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>The next update; null at the end.</summary>
    private async Task<WatchUpdate?> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            Exception? lost = null;
            try
            {
                items ??= await OpenAsync(stop).ConfigureAwait(false);
                while (await items.MoveNextAsync().ConfigureAwait(false))
                {
                    failures = 0;
                    if (Read(items.Current) is { } update)
                    {
                        return update;
                    }
                }

                // A proxy, or a server that stops, ends the stream too: only one that began after the end has brought everything.
                if (isCompleted || hasEnded)
                {
                    return null;
                }

                hasEnded = await HasEndedAsync(stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or Fault { Code: FaultCode.Unavailable })
            {
                lost = e;
            }

            await CloseAsync().ConfigureAwait(false);
            if (++failures > FailuresMax)
            {
                throw calls.Unavailable($"the connection was lost {failures} times in a row", lost);
            }

            await Task.Delay(Pause(), clock, stop).ConfigureAwait(false);
        }
    }

    private TimeSpan Pause() => FirstPause * (1 << (failures - 1)) is var pause && pause < LongestPause ? pause : LongestPause;

    private async Task<IAsyncEnumerator<SseItem<string>>> OpenAsync(CancellationToken stop)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"{sweepPath}/events");
        request.Headers.Add("Last-Event-ID", $"{last}");
        request.Headers.Accept.Add(new("text/event-stream"));
        response = await calls.AnswerAsync(request, stop).ConfigureAwait(false);
        Stream stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        return SseParser.Create(stream).EnumerateAsync(stop).GetAsyncEnumerator(stop);
    }

    private WatchUpdate? Read(SseItem<string> item)
    {
        try
        {
            if (item.EventType == SlotsType)
            {
                return new(null, HttpCalls.Parse<IReadOnlyList<SlotView>>(item.Data));
            }

            EventView happened = HttpCalls.Parse<EventView>(item.Data);
            if (happened.Sequence <= last)
            {
                return null;
            }

            last = happened.Sequence;
            isCompleted = happened.Kind == EventKinds.SweepCompleted;
            return new(happened, null);
        }
        catch (JsonException e)
        {
            throw new Fault(FaultCode.FileDamaged, $"{sweepPath}/events", $"'{item.Data}' is no event: {e.Message}", e);
        }
    }

    private async Task<bool> HasEndedAsync(CancellationToken stop)
    {
        SweepView view = await calls.GetAsync<SweepView>(sweepPath, stop).ConfigureAwait(false);
        return view.Phase != SweepPhase.Running;
    }

    private async ValueTask CloseAsync()
    {
        if (items is not null)
        {
            await items.DisposeAsync().ConfigureAwait(false);
            items = null;
        }

        response?.Dispose();
        response = null;
    }
}
