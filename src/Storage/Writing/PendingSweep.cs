using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>A change of a sweep with its events.</summary>
internal sealed class PendingSweep(SweepState state, long expected, IReadOnlyList<EventRecord> events)
    : PendingWrite<bool>([expected == 0 ? Insert(state) : Update(state, expected), .. EventCalls.Of(events)])
{
    private readonly bool hasEvents = events.Count > 0;

    public override bool HasEvents => hasEvents;

    protected override bool Came => Refused is null;

    private static Call Insert(SweepState state) => new(WriteSql.InsertSweep,
        [
            state.Id, state.Spec.Name, state.Revision, Words.Of(state.Phase), Columns.Milliseconds(state.CreatedAt),
            Columns.Milliseconds(state.EndedAt), Columns.Json(state),
        ], IsCondition: true);

    private static Call Update(SweepState state, long expected) => new(WriteSql.UpdateSweep,
        [
            state.Spec.Name, state.Revision, Words.Of(state.Phase), Columns.Milliseconds(state.CreatedAt),
            Columns.Milliseconds(state.EndedAt), Columns.Json(state), state.Id, expected,
        ], IsCondition: true);
}
