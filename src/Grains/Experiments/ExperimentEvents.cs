using System.Text.Json.Nodes;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>The events of an experiment. An id is made of what happened, so that the same happening has the same id.</summary>
internal static class ExperimentEvents
{
    public static EventRecord StageStarted(string id, ExperimentState state, DateTimeOffset now) =>
        Make($"{id}/started/{state.Fence}", EventKinds.StageStarted, id, state, now, data =>
        {
            data["stage"] = state.Stage().Name;
            data["attempt"] = state.Fence;
            data["slot"] = state.SlotId;
            data["fromStep"] = state.Last?.Step ?? 0;
        });

    public static EventRecord StageCompleted(string id, ExperimentState state, bool isReused, DateTimeOffset now) =>
        Make($"{id}/stage/{state.StageIndex}/{state.Fence}", EventKinds.StageCompleted, id, state, now, data =>
        {
            data["stage"] = state.Stage().Name;
            data["isReused"] = isReused;
        });

    public static EventRecord Requeued(string id, ExperimentState state, string reason, DateTimeOffset now) =>
        Make($"{id}/requeued/{state.Fence}", EventKinds.ExperimentRequeued, id, state, now, data =>
        {
            data["stage"] = state.Stage().Name;
            data["reason"] = reason;
            AddKind(data, state);
        });

    public static EventRecord Retried(string id, ExperimentState state, DateTimeOffset now) =>
        Make($"{id}/retried/{state.Retries}", EventKinds.ExperimentRetried, id, state, now, _ => { });

    public static EventRecord CheckpointLost(string id, ExperimentState state, Checkpoint lost, string reason, DateTimeOffset now) =>
        Make($"{id}/lost/{lost.Blob}", EventKinds.CheckpointLost, id, state, now, data =>
        {
            data["blob"] = lost.Blob;
            data["reason"] = reason;
        });

    /// <summary>The event of its end: one in the life of an experiment, whatever the end, and one more for each retry.</summary>
    public static EventRecord Ended(string id, ExperimentState state, DateTimeOffset now) => Make(
        state.Retries == 0 ? $"{id}/ended" : $"{id}/ended/{state.Retries}",
        state.Phase switch
        {
            Phase.Succeeded => EventKinds.ExperimentCompleted,
            Phase.Failed => EventKinds.ExperimentFailed,
            _ => EventKinds.ExperimentCancelled,
        },
        id, state, now, data =>
        {
            if (state.Reason is not null)
            {
                data["reason"] = state.Reason;
            }

            if (state.Phase == Phase.Failed)
            {
                AddKind(data, state);
            }
        });

    private static void AddKind(JsonObject data, ExperimentState state)
    {
        if (state.Failure is { } failure)
        {
            data["kind"] = SpecJson.Word(failure.Kind);
        }
    }

    private static EventRecord Make(
        string eventId, string kind, string id, ExperimentState state, DateTimeOffset now, Action<JsonObject> fill)
    {
        JsonObject data = new() { ["row"] = state.Order.Row, ["seed"] = state.Order.Spec.Seed };
        fill(data);
        return new(eventId, kind, state.Order.Sweep, id, now, data);
    }
}
