using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>The columns of events, made ready before the writer's turn.</summary>
internal sealed class EventsWrite(IReadOnlyList<EventRecord> events)
{
    private readonly string[] data = [.. events.Select(happened => Columns.Json(happened.Data))];

    public int Count => events.Count;

    public void Apply(WriteStatements statements)
    {
        for (int i = 0; i < data.Length; i++)
        {
            EventRecord happened = events[i];
            statements.InsertEvent.Run(happened.Id, happened.Kind, happened.Sweep, happened.Experiment,
                Columns.Milliseconds(happened.At), data[i]);
        }
    }
}
