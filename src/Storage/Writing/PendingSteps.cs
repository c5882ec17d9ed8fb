using ViSurf.Grains;

namespace ViSurf.Storage;

/// <summary>Steps of a running attempt, between its checkpoints.</summary>
internal sealed class PendingSteps(string id, long fence, string stageKey, StepRows steps)
    : PendingWrite<WriteOutcome>(CallsOf(id, fence, stageKey, steps))
{
    protected override WriteOutcome Came => Refused is null ? WriteOutcome.Written : WriteOutcome.Stale;

    // The first asks for all of them: nobody else writes before the transaction ends.
    private static List<Call> CallsOf(string id, long fence, string stageKey, StepRows steps) =>
    [
        .. steps.Rows.Select((step, place) => place == 0
            ? new Call(WriteSql.PutStepOfAttempt, [stageKey, step.Step, step.Json, id, fence], IsCondition: true)
            : new Call(WriteSql.PutStep, [stageKey, step.Step, step.Json])),
    ];
}
