using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>A change of a sweep with its events.</summary>
internal sealed class PendingSweep(SweepState state, long expected, IReadOnlyList<EventRecord> happened) : PendingWrite<bool>
{
    private readonly string json = Columns.Json(state);
    private readonly EventsWrite events = new(happened);
    private bool isWritten;

    public override bool HasEvents => events.Count > 0;

    protected override bool Came => isWritten;

    public override bool Apply(WriteStatements statements)
    {
        isWritten = (expected == 0 ? Insert(statements.InsertSweep) : Update(statements.UpdateSweep)) == 1;
        if (isWritten)
        {
            events.Apply(statements);
        }

        return isWritten;
    }

    private int Insert(Statement insert) => insert.Run(state.Id, state.Spec.Name, state.Revision, Words.Of(state.Phase),
        Columns.Milliseconds(state.CreatedAt), Columns.Milliseconds(state.EndedAt), json);

    private int Update(Statement update) => update.Run(state.Spec.Name, state.Revision, Words.Of(state.Phase),
        Columns.Milliseconds(state.CreatedAt), Columns.Milliseconds(state.EndedAt), json, state.Id, expected);
}
