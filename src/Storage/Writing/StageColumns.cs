using System.Diagnostics;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>The columns of a stage, made ready before the writer's turn.</summary>
internal sealed class StageColumns(StageWrite write)
{
    private readonly StageRow row = write.Row;
    private readonly string state = Words.Of(write.Row.State);
    private readonly string? last = Columns.JsonOrNull(write.Row.Last);
    private readonly string? previous = Columns.JsonOrNull(write.Row.Previous);
    private readonly string? result = write.Row.Result is { } ended ? Columns.Json(ended) : null;
    private readonly int step = write.Row.State == StageState.Done ? write.Row.Steps : write.Row.Last?.Step ?? 0;

    /// <returns>False where the stored row is not as the write expects it.</returns>
    public bool Apply(WriteStatements statements) => write.Condition switch
    {
        StageCondition.IsFree => statements.ClaimFreeStage.Run(
            row.Key, row.Name, state, row.Owner, step, row.Steps, row.Last?.Blob, last, previous, result) == 1,
        StageCondition.IsOwn => Update(statements.UpdateOwnStage),
        StageCondition.IsDone => Update(statements.UpdateDoneStage),
        _ => throw new UnreachableException($"no condition {write.Condition}"),
    };

    private bool Update(Statement update) =>
        update.Run(row.Name, state, row.Owner, step, row.Steps, row.Last?.Blob, last, previous, result, row.Key) == 1;
}
