using System.Text.Json.Nodes;
using ViSurf.Grains;
using ViSurf.Sdk;
using ViSurf.Training.Trainer;

namespace ViSurf.Storage;

/// <summary>What people see of rows.</summary>
internal static class Views
{
    public static SweepView Of(SweepEntity sweep, IReadOnlyDictionary<Phase, int> experiments) => new()
    {
        Id = sweep.Id,
        Name = sweep.Name,
        Revision = sweep.Revision,
        Phase = sweep.Phase,
        CreatedAt = Columns.Time(sweep.CreatedAt),
        EndedAt = sweep.EndedAt is { } endedAt ? Columns.Time(endedAt) : null,
        Experiments = experiments,
    };

    public static ExperimentView Of(ExperimentEntity row)
    {
        ExperimentState state = Columns.Read<ExperimentState>(row.State, row.Id);
        return new()
        {
            Id = row.Id,
            Sweep = row.Sweep,
            Row = row.Row,
            Seed = row.Seed,
            Method = row.Method,
            Phase = row.Phase,
            Stages = state.Order.Stages,
            StageIndex = row.StageIndex,
            Step = row.Step,
            Attempt = row.Fence,
            Slot = row.Slot,
            Failures = row.Failures,
            Reason = row.Reason,
            Failure = state.Failure,
            Lineage = [.. state.Finished.Select((stage, i) => Of(stage, i == 0 ? null : state.Finished[i - 1].Model))],
            QueuedAt = state.QueuedAt,
            StartedAt = state.StartedAt,
            EndedAt = state.EndedAt,
        };
    }

    // What an earlier version stored says it by the checkpoint's name alone.
    private static StageLineage Of(FinishedStage stage, Checkpoint? start) => new()
    {
        Key = stage.Key,
        IsReused = stage.IsReused,
        By = stage.By ?? (stage.Model is null ? null : BlobName.Read(stage.Model.Blob)?.Experiment),
        StartedFrom = start?.Blob,
        Checkpoint = stage.Model?.Blob,
    };

    public static StageView Of(StageEntity stage) => new()
    {
        Key = stage.Key,
        Name = stage.Name,
        State = stage.State,
        Owner = stage.Owner,
        Step = stage.Step,
        Steps = stage.Steps,
        Checkpoint = Columns.ReadOrNull<CheckpointView>(stage.Last, stage.Key),
    };

    public static StageRow Row(StageEntity stage) => new()
    {
        Key = stage.Key,
        Name = stage.Name,
        State = stage.State,
        Owner = stage.Owner,
        Steps = stage.Steps,
        Last = Columns.ReadOrNull<Checkpoint>(stage.Last, stage.Key),
        Previous = Columns.ReadOrNull<Checkpoint>(stage.Previous, stage.Key),
        Result = stage.Result is { } ended ? Columns.Read<StageResult>(ended, stage.Key) : null,
    };

    /// <summary>A result; without scores until they are computed.</summary>
    public static ResultView Of(ResultEntity row) => new()
    {
        Experiment = row.ExperimentId,
        Row = row.Row,
        Seed = row.Seed,
        Attempt = row.Fence,
        At = Columns.Time(row.At),
        Scores = Columns.ReadOrNull<Dictionary<string, double>>(row.Scores, row.ExperimentId) ?? [],
    };

    public static EventView Of(EventEntity happened) => new(
        happened.Sequence, happened.Id, happened.Kind, happened.Sweep, happened.Experiment, Columns.Time(happened.At),
        Columns.Read<JsonObject>(happened.Data, happened.Id));
}
