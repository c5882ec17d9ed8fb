namespace ViSurf.Grains;

/// <summary>A slot as the scheduler sees it.</summary>
/// <param name="Closed">Why it takes no new work; null where it takes some.</param>
/// <param name="Priority">Of what it works on; null where it is idle.</param>
public sealed record SlotSight(string SlotId, IReadOnlyDictionary<string, string> Labels, string? Closed, int? Priority);

/// <summary>What a waiting experiment sees of the rest.</summary>
/// <param name="SweepRunning">How many of its sweep run.</param>
/// <param name="Ahead">How many of those that wait have a higher priority.</param>
/// <param name="GivesWay">The slot whose work is asked to give way to it.</param>
public sealed record QueueSight(IReadOnlyList<SlotSight> Slots, int SweepRunning, int Ahead, string? GivesWay = null);

/// <summary>Says why an experiment waits. Pure: the same tables give the same sentences.</summary>
public static class WaitReasons
{
    /// <summary>At most a handful of sentences, however many slots and rows there are.</summary>
    /// <param name="now">In Unix milliseconds.</param>
    public static IReadOnlyList<string> Of(QueueRow row, QueueSight sight, long now)
    {
        QueueTerms terms = row.Terms ?? QueueTerms.Usual;
        List<string> reasons = [];
        if (terms.NotBefore > now)
        {
            reasons.Add($"back-off until {DateTimeOffset.FromUnixTimeMilliseconds(terms.NotBefore):yyyy-MM-dd HH:mm:ss}Z");
        }

        if (terms.Schedule.MaxParallel is { } most && sight.SweepRunning >= most)
        {
            reasons.Add($"sweep's maxParallel {most} reached");
        }

        SlotWish wish = SlotWish.Of(terms.Schedule);
        SlotSight[] matching = [.. sight.Slots.Where(slot => wish.IsMetBy(slot.Labels))];
        if (sight.GivesWay is { } slotId)
        {
            reasons.Add($"what runs on {slotId} is asked to write a checkpoint and give way to it");
        }

        reasons.AddRange(matching.Length == 0 ? Unmatched(wish, sight.Slots) : Busy(matching, terms.Schedule.Priority));
        if (sight.Ahead > 0)
        {
            reasons.Add($"{sight.Ahead} of higher priority wait, too");
        }

        return reasons.Count > 0 ? reasons : ["a slot is about to take it"];
    }

    private static string[] Unmatched(SlotWish wish, IReadOnlyList<SlotSight> slots)
    {
        if (slots.Count == 0)
        {
            return ["no slot is heard of"];
        }

        string[] missing = [.. wish.Require.Where(label => !slots.Any(slot => label.IsMetBy(slot.Labels)))
            .Select(label => $"waits for label {label}: no slot has it")];
        return missing.Length > 0 ? missing : [$"no slot has all of {string.Join(", ", wish.Require)}"];
    }

    private static IEnumerable<string> Busy(SlotSight[] matching, int priority)
    {
        int higher = matching.Count(slot => slot.Priority > priority);
        int other = matching.Count(slot => slot.Priority <= priority);
        SlotSight[] closed = [.. matching.Where(slot => slot is { Priority: null, Closed: not null })];
        if (higher > 0)
        {
            yield return $"{higher} of {matching.Length} matching slots are busy with higher priority";
        }

        if (other > 0)
        {
            yield return $"{other} of {matching.Length} matching slots are busy with the same or a lower priority";
        }

        if (closed.Length > 0)
        {
            yield return $"{closed.Length} of {matching.Length} matching slots take no work: {closed[0].SlotId}: {closed[0].Closed}";
        }
    }
}
