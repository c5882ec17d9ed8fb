using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What a person's later wishes make of an experiment. Pure, like <see cref="ExperimentRules"/>.</summary>
public static class WishRules
{
    /// <summary>One that failed or was cancelled waits again, with all of its attempts; any other stays as it is.</summary>
    /// <param name="failedOnly">Whether one that was cancelled stays so.</param>
    public static ExperimentChange? Retry(string id, ExperimentState state, bool failedOnly, DateTimeOffset now)
    {
        if (state.Phase != Phase.Failed && (failedOnly || state.Phase != Phase.Cancelled))
        {
            return null;
        }

        ExperimentState next = state with
        {
            Phase = Phase.Queued,
            Retries = state.Retries + 1,
            Failures = 0,
            Losses = 0,
            Outages = 0,
            Reason = null,
            Failure = null,
            NotBefore = null,
            EndedAt = null,
            Last = null,
            Previous = null,
        };
        return new(next) { Events = [ExperimentEvents.Retried(id, next, now)], IsArriving = true };
    }

    /// <summary>Its sweep schedules it otherwise; the lease that it may have stays.</summary>
    public static ExperimentChange? Reschedule(ExperimentState state, ScheduleSpec? schedule) =>
        state.Phase.IsEnd() || ScheduleSpec.AreSame(state.Order.Schedule, schedule)
            ? null
            : new(state with { Order = state.Order with { Schedule = schedule } });
}
