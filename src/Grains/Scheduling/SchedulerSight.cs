using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>What the scheduler's tables show together: to people, to whoever waits, to the choice of who gives way.</summary>
internal static class SchedulerSight
{
    private static readonly Dictionary<string, string> NoLabels = [];

    /// <summary>Every slot that reports, in the order of their names.</summary>
    public static IReadOnlyList<SlotView> Views(LeaseTable leases) =>
    [
        .. Ordered(leases).Select(report => new SlotView
        {
            Id = report.SlotId,
            Experiment = report.Lease?.ExperimentId,
            Attempt = report.Lease?.Fence ?? 0,
            Stage = report.Progress?.Stage,
            Step = report.Progress?.Step ?? 0,
            Steps = report.Progress?.Steps ?? 0,
            Metrics = report.Progress?.Metrics ?? [],
            Labels = report.Labels ?? NoLabels,
            IsDraining = report.IsDraining,
            Reason = report.Reason,
        }),
    ];

    /// <summary>What a row that waits sees.</summary>
    public static QueueSight Of(QueueRow row, LeaseTable leases, QueueOrder queue, KnownRows known, Preemptions preemptions)
    {
        int priority = row.Terms?.Schedule.Priority ?? 0;
        return new(
            [
                .. Ordered(leases).Select(report => new SlotSight(
                    report.SlotId, report.Labels ?? NoLabels, report.IsDraining ? report.Reason ?? "it stops" : null,
                    leases.LeaseOf(report.SlotId) is { } lease ? known.TermsOf(lease.ExperimentId).Schedule.Priority : null)),
            ],
            queue.Running(row.Sweep), queue.Waiting.Count(other => other.Terms?.Schedule.Priority > priority),
            preemptions.SlotFor(row.ExperimentId));
    }

    /// <summary>What runs on slots that say so themselves, as far as its terms are known: nothing else is asked to give way.</summary>
    public static IReadOnlyList<WorkSight> Work(LeaseTable leases, KnownRows known) =>
    [
        .. Ordered(leases).Where(report => report.Lease is { } lease && leases.LeaseOf(report.SlotId) == lease)
            .Select(report => (Report: report, known.Find(report.Lease!.ExperimentId)?.Terms)).Where(one => one.Terms is not null)
            .Select(one => new WorkSight(
                one.Report.Lease!, one.Terms!.Schedule, one.Report.Labels ?? NoLabels, Lost(one.Report.Progress))),
    ];

    // What says nothing of its steps, as evaluations do, has no checkpoint to go on from.
    private static int Lost(StageProgress? progress) => progress is null ? int.MaxValue : progress.Step - progress.Saved;

    private static IOrderedEnumerable<SlotReport> Ordered(LeaseTable leases) =>
        leases.Reports.OrderBy(report => report.SlotId, StringComparer.Ordinal);
}
