using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>What stores events.</summary>
internal static class EventCalls
{
    public static IEnumerable<Call> Of(IReadOnlyList<EventRecord> events) => events.Select(happened => new Call(WriteSql.InsertEvent,
        [
            happened.Id, happened.Kind, happened.Sweep, happened.Experiment, Columns.Milliseconds(happened.At),
            Columns.Json(happened.Data),
        ]));
}
