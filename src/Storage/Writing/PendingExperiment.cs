using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>A change of an experiment with everything that follows from it.</summary>
internal sealed class PendingExperiment(ExperimentWrite write) : PendingWrite<WriteOutcome>(CallsOf(write))
{
    private readonly bool hasEvents = write.Events.Count > 0;

    public override bool HasEvents => hasEvents;

    protected override WriteOutcome Came => Refused switch
    {
        null => WriteOutcome.Written,
        0 => WriteOutcome.Stale,
        _ => WriteOutcome.StageTaken,
    };

    // Results after evaluations: the one refers to the other.
    private static List<Call> CallsOf(ExperimentWrite write)
    {
        List<Call> calls = [write.Expected == 0 ? Insert(write) : Update(write), .. write.Stages.Select(StageCalls.Of)];
        if (write.Steps.Rows.Count > 0)
        {
            string stage = write.StepsOf ?? throw new ArgumentException("steps without the stage that they belong to", nameof(write));
            calls.AddRange(write.Steps.Rows.Select(step => new Call(WriteSql.PutStep, [stage, step.Step, step.Json])));
        }

        if (write.Evaluation is (string stageKey, byte[] measurements))
        {
            calls.Add(new(WriteSql.InsertEvaluation, [stageKey, measurements]));
        }

        if (write.Result is { } row)
        {
            calls.Add(new(WriteSql.PutResult,
                [row.ExperimentId, row.Sweep, row.Row, row.Seed, row.Fence, Columns.Milliseconds(row.At), row.EvaluationKey]));
        }

        calls.AddRange(EventCalls.Of(write.Events));
        return calls;
    }

    private static Call Insert(ExperimentWrite write)
    {
        ExperimentOrder order = write.State.Order;
        return new(WriteSql.InsertExperiment,
            [write.Id, order.Sweep, order.Row, order.Spec.Seed, order.Spec.Method.Name, order.Index, .. Changing(write.State)],
            IsCondition: true);
    }

    private static Call Update(ExperimentWrite write) =>
        new(WriteSql.UpdateExperiment, [.. Changing(write.State), write.Id, write.Expected], IsCondition: true);

    private static object?[] Changing(ExperimentState state) =>
    [
        Words.Of(state.Phase), state.StageIndex, StageKey(state), state.Fence, state.SlotId, state.Last?.Step ?? 0, state.Failures,
        state.Reason, Columns.Milliseconds(state.QueuedAt), Columns.Milliseconds(state.StartedAt), Columns.Milliseconds(state.EndedAt),
        Columns.Json(state),
    ];

    private static string? StageKey(ExperimentState state) =>
        state.StageIndex < state.Order.Stages.Count ? state.Order.Stages[state.StageIndex].Key : null;
}
