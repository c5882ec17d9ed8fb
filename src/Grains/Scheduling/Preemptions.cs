using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Work on a slot that others may want.</summary>
/// <param name="Lost">Steps since its last checkpoint; int.MaxValue where nobody knows.</param>
public sealed record WorkSight(Lease Lease, ScheduleSpec Schedule, IReadOnlyDictionary<string, string> Labels, int Lost);

/// <summary>Which work gives way to what waits: of lower priority, on a slot that matches, with the fewest steps to lose.</summary>
/// <remarks>What waits takes one slot at most until the work on it has ended: asking again asks the same work.</remarks>
public sealed class Preemptions
{
    private readonly Dictionary<string, Lease> asked = []; // by the experiment that waits

    /// <summary>The slot whose work was asked to give way to an experiment; null where none was.</summary>
    public string? SlotFor(string experimentId) => asked.GetValueOrDefault(experimentId)?.SlotId;

    /// <summary>What waits no longer needs no slot: whose end it asked for may be asked for by others.</summary>
    public void Keep(Predicate<string> waits)
    {
        foreach (string over in asked.Keys.Where(id => !waits(id)).ToArray())
        {
            asked.Remove(over);
        }
    }

    /// <summary>Whose end is to be asked for now, those that were asked before included: a request may be lost.</summary>
    /// <param name="waiting">In the order in which they would start; no idle slot is for them.</param>
    public IReadOnlyList<(QueueRow For, Lease Victim)> Choose(IReadOnlyList<QueueRow> waiting, IReadOnlyList<WorkSight> running)
    {
        HashSet<Lease> leases = [.. running.Select(work => work.Lease)];
        foreach (string over in asked.Where(pair => !leases.Contains(pair.Value)).Select(pair => pair.Key).ToArray())
        {
            asked.Remove(over);
        }

        HashSet<Lease> taken = [.. asked.Values];
        List<(QueueRow, Lease)> chosen = [];
        foreach (QueueRow row in waiting)
        {
            WorkSight[] may = [.. MayGiveWay(row.Terms?.Schedule ?? ScheduleSpec.Usual, running)];
            if (asked.Remove(row.ExperimentId, out Lease? lease) && !may.Any(work => work.Lease == lease))
            {
                taken.Remove(lease); // it was scheduled anew since
                lease = null;
            }

            lease ??= Victim(may.Where(work => !taken.Contains(work.Lease)));

            if (lease is not null)
            {
                asked[row.ExperimentId] = lease;
                taken.Add(lease);
                chosen.Add((row, lease));
            }
        }

        return chosen;
    }

    private static IEnumerable<WorkSight> MayGiveWay(ScheduleSpec wanted, IReadOnlyList<WorkSight> running)
    {
        SlotWish wish = SlotWish.Of(wanted);
        return running.Where(work =>
            work.Schedule.Preemptible && work.Schedule.Priority < wanted.Priority && wish.IsMetBy(work.Labels));
    }

    private static Lease? Victim(IEnumerable<WorkSight> running) => running
            .OrderBy(work => work.Lost).ThenBy(work => work.Schedule.Priority)
            .ThenBy(work => work.Lease.SlotId, StringComparer.Ordinal).FirstOrDefault()?.Lease;
}
