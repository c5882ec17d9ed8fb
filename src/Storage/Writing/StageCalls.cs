using System.Diagnostics;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>What stores a stage where it is as the write expects it.</summary>
internal static class StageCalls
{
    public static Call Of(StageWrite write)
    {
        StageRow row = write.Row;
        object?[] changing =
        [
            row.Name, Words.Of(row.State), row.Owner,
            row.State is StageState.Done or StageState.Expired ? row.Steps : row.Last?.Step ?? 0, row.Steps,
            row.Last?.Blob, Columns.JsonOrNull(row.Last), Columns.JsonOrNull(row.Previous),
            row.Result is { } ended ? Columns.Json(ended) : null,
        ];
        return write.Condition switch
        {
            StageCondition.IsFree => new(WriteSql.ClaimFreeStage, [row.Key, .. changing], IsCondition: true),
            StageCondition.IsOwn => new(WriteSql.UpdateOwnStage, [.. changing, row.Key], IsCondition: true),
            StageCondition.IsDone => new(WriteSql.UpdateDoneStage, [.. changing, row.Key], IsCondition: true),
            _ => throw new UnreachableException($"no condition {write.Condition}"),
        };
    }
}
