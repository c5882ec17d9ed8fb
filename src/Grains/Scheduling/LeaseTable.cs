namespace ViSurf.Grains;

/// <summary>Which slot should be working on what, and which has not been heard of for too long.</summary>
/// <remarks>
/// Judged by one clock, the scheduler's own, which only rises. A wrong judgement costs time, never truth: the experiment's fence
/// refuses whoever lost the lease.
/// </remarks>
public sealed class LeaseTable(TimeProvider clock)
{
    /// <summary>A slot that is silent for so long, while others are heard, is lost.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(15);

    /// <summary>A slot may report something else than its lease for so long: messages cross.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();
    private readonly Dictionary<string, Entry> slots = [];
    private readonly Dictionary<string, Lease> leased = [];
    private long heardAt = clock.GetTimestamp(); // from any slot: who hears of none is deaf, or has slept, and judges none

    public IReadOnlyCollection<SlotReport> Reports => [.. slots.Values.Select(entry => entry.Report).OfType<SlotReport>()];

    /// <summary>Slots that may be given work.</summary>
    public IEnumerable<string> Idle() => slots
        .Where(pair => pair.Value is { Lease: null, IsPromised: false, Report: { Lease: null, IsDraining: false } })
        .Select(pair => pair.Key);

    /// <summary>Slots that may be given work, with their labels.</summary>
    public IEnumerable<SlotOffer> Offers() => Idle().Select(id => new SlotOffer(id, slots[id].Report?.Labels ?? NoLabels));

    /// <summary>The lease of a slot, whether it reports it yet or not; null where it has none.</summary>
    public Lease? LeaseOf(string slotId) => slots.TryGetValue(slotId, out Entry? entry) ? entry.Lease ?? entry.Report?.Lease : null;

    public bool IsLeased(string experimentId) => leased.ContainsKey(experimentId);

    /// <summary>The lease of an experiment; null where it has none.</summary>
    public Lease? LeaseFor(string experimentId) => leased.GetValueOrDefault(experimentId);

    /// <summary>A slot has reported. Work that the table knows nothing of keeps the slot busy, and is not stopped: the experiment
    /// alone knows whether its lease is valid.</summary>
    public void Heard(SlotReport report)
    {
        CountNoDeafness();
        Entry entry = Of(report.SlotId);
        bool isLate = report.Lease is not null && report.Lease == entry.Ended;
        entry.Report = isLate ? report with { Lease = null, Progress = null } : report;
        entry.HeardAt = heardAt;
        entry.DiffersSince = report.Lease == entry.Lease ? null : entry.DiffersSince ?? clock.GetTimestamp();
    }

    /// <summary>A slot is about to be given work: nobody else gives it any.</summary>
    public void Promise(string slotId) => Of(slotId).IsPromised = true;

    /// <summary>A slot took no work: what it does is unknown until it reports.</summary>
    public void Refused(string slotId) => Of(slotId).Report = null;

    /// <summary>Whether a lease cannot be in work: its slot says itself that it works under another experiment's.</summary>
    public bool HasOtherWork(Lease lease) => slots.TryGetValue(lease.SlotId, out Entry? entry)
        && entry.Lease is { } held && held.ExperimentId != lease.ExperimentId && entry.Report?.Lease == held;

    /// <summary>The promise came to a lease, or to nothing.</summary>
    /// <returns>Whether the slot works under the lease: short work may have ended before its beginning is known.</returns>
    public bool Settle(string slotId, Lease? lease)
    {
        Entry entry = Of(slotId);
        entry.IsPromised = false;
        if (lease is null || lease == entry.Ended)
        {
            return false;
        }

        Expect(entry, lease);
        return true;
    }

    /// <summary>A lease was found that the table does not know.</summary>
    /// <returns>Whether it is in the table now: not where the table knows better of slot or experiment.</returns>
    public bool Adopt(Lease lease)
    {
        Entry entry = Of(lease.SlotId);
        if (entry.Lease is not null || entry.IsPromised || leased.ContainsKey(lease.ExperimentId))
        {
            return false;
        }

        Expect(entry, lease);
        return true;
    }

    /// <summary>A lease has ended.</summary>
    /// <returns>Whether it was in the table.</returns>
    public bool Release(Lease lease)
    {
        Entry entry = Of(lease.SlotId);
        if (entry.Lease != lease)
        {
            entry.Ended = entry.IsPromised ? lease : entry.Ended;
            return false;
        }

        leased.Remove(lease.ExperimentId);
        (entry.Lease, entry.DiffersSince, entry.Ended) = (null, null, lease);
        if (entry.Report?.Lease == lease)
        {
            entry.Report = entry.Report with { Lease = null, Progress = null };
        }

        return true;
    }

    /// <summary>Leases whose slot is silent, or works on something else for too long; silent slots without a lease are forgotten.</summary>
    public IReadOnlyList<Lease> TakeExpired()
    {
        List<Lease> expired = [];
        if (IsDeaf)
        {
            return expired;
        }

        foreach ((string id, Entry entry) in slots.ToList())
        {
            bool isSilent = clock.GetElapsedTime(entry.HeardAt) > Lifetime;
            bool differs = entry.DiffersSince is { } since && entry.Report?.Lease != entry.Lease && clock.GetElapsedTime(since) > Grace;
            if (entry.Lease is { } lease && (isSilent || (differs && entry.Report is not null)))
            {
                expired.Add(lease);
                Release(lease);
            }

            if (isSilent && !entry.IsPromised)
            {
                slots.Remove(id);
            }
        }

        return expired;
    }

    private bool IsDeaf => clock.GetElapsedTime(heardAt) > Grace;

    // Time in which no slot was heard is nobody's silence, but for the grace: whoever reports first after it makes no other one late,
    // and reports that all come seldom still show who is missing.
    private void CountNoDeafness()
    {
        long now = clock.GetTimestamp();
        if (IsDeaf)
        {
            long grace = (long)(Grace.TotalSeconds * clock.TimestampFrequency);
            foreach (Entry entry in slots.Values)
            {
                entry.HeardAt = Math.Min(now, entry.HeardAt + now - heardAt - grace);
                entry.DiffersSince = entry.DiffersSince is { } since ? Math.Min(now, since + now - heardAt) : null;
            }
        }

        heardAt = now;
    }

    private void Expect(Entry entry, Lease lease)
    {
        leased[lease.ExperimentId] = lease;
        entry.Lease = lease;
        entry.DiffersSince = null; // only a report from now on can differ
        entry.HeardAt = entry.Report is null ? clock.GetTimestamp() : entry.HeardAt;
    }

    private Entry Of(string slotId)
    {
        if (!slots.TryGetValue(slotId, out Entry? entry))
        {
            slots[slotId] = entry = new() { HeardAt = clock.GetTimestamp() };
        }

        return entry;
    }

    private sealed class Entry
    {
        public SlotReport? Report { get; set; }

        public Lease? Lease { get; set; }

        /// <summary>The lease that ended last: a report of it is only late.</summary>
        public Lease? Ended { get; set; }

        public bool IsPromised { get; set; }

        public long HeardAt { get; set; }

        public long? DiffersSince { get; set; }
    }
}
