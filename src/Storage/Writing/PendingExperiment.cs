using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>A change of an experiment with everything that follows from it.</summary>
internal sealed class PendingExperiment(ExperimentWrite write) : PendingWrite<WriteOutcome>
{
    private readonly ExperimentState state = write.State;
    private readonly string json = Columns.Json(write.State);
    private readonly StageColumns[] stages = [.. write.Stages.Select(stage => new StageColumns(stage))];
    private readonly EventsWrite events = new(write.Events);
    private readonly IReadOnlyList<StepRow> steps = write.Steps.Rows;
    private readonly string stepsOf = write.StepsOf ?? (write.Steps.Rows.Count == 0 ? ""
        : throw new ArgumentException("steps without the stage that they belong to", nameof(write)));

    private WriteOutcome came;

    public override bool HasEvents => events.Count > 0;

    protected override WriteOutcome Came => came;

    public override bool Apply(WriteStatements statements)
    {
        came = (write.Expected == 0 ? Insert(statements.InsertExperiment) : Update(statements.UpdateExperiment)) == 0 ? WriteOutcome.Stale
            : stages.All(stage => stage.Apply(statements)) ? WriteOutcome.Written
            : WriteOutcome.StageTaken;
        if (came == WriteOutcome.Written)
        {
            Follow(statements);
        }

        return came == WriteOutcome.Written;
    }

    private int Insert(Statement insert) => insert.Run(
        write.Id, state.Order.Sweep, state.Order.Row, state.Order.Spec.Seed, state.Order.Spec.Method.Name, state.Order.Index,
        Words.Of(state.Phase), state.StageIndex, StageKey, state.Fence, state.SlotId, state.Last?.Step ?? 0, state.Failures, state.Reason,
        Columns.Milliseconds(state.QueuedAt), Columns.Milliseconds(state.StartedAt), Columns.Milliseconds(state.EndedAt), json);

    private int Update(Statement update) => update.Run(
        Words.Of(state.Phase), state.StageIndex, StageKey, state.Fence, state.SlotId, state.Last?.Step ?? 0, state.Failures, state.Reason,
        Columns.Milliseconds(state.QueuedAt), Columns.Milliseconds(state.StartedAt), Columns.Milliseconds(state.EndedAt), json,
        write.Id, write.Expected);

    // Results after evaluations: the one refers to the other.
    private void Follow(WriteStatements statements)
    {
        foreach (StepRow step in steps)
        {
            statements.PutStep.Run(stepsOf, step.Step, step.Json);
        }

        if (write.Evaluation is (string stageKey, byte[] measurements))
        {
            statements.InsertEvaluation.Run(stageKey, measurements);
        }

        if (write.Result is { } row)
        {
            statements.PutResult.Run(
                row.ExperimentId, row.Sweep, row.Row, row.Seed, row.Fence, Columns.Milliseconds(row.At), row.EvaluationKey);
        }

        events.Apply(statements);
    }

    private string? StageKey => state.StageIndex < state.Order.Stages.Count ? state.Order.Stages[state.StageIndex].Key : null;
}
