using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Which experiment starts next, and on which of the idle slots.</summary>
/// <remarks>
/// Of those for which a slot is idle, and whose sweep may run another: the highest priority; of those, the sweep with the fewest
/// running; of those, the one for which a slot has most preferred labels; of those, the one submitted first. What was submitted first
/// is passed over for others' preferences eight times at most. Every order comes from the rows, so that a rebuilt queue is the same
/// queue. Rows of a sweep with the same wishes are one line: taking costs as much as there are lines, however long each is.
/// </remarks>
public sealed class QueueOrder
{
    private const int PassesMost = 8;
    private readonly Dictionary<string, Sweep> sweeps = [];
    private readonly Dictionary<string, QueueRow> waiting = [];

    public int Count => waiting.Count;

    /// <summary>Everything that waits, in no order.</summary>
    public IReadOnlyCollection<QueueRow> Waiting => waiting.Values;

    /// <summary>Adds an experiment; one that is there already takes the terms that it is added with now.</summary>
    public void Add(QueueRow row)
    {
        if (waiting.TryGetValue(row.ExperimentId, out QueueRow? known))
        {
            if (known == row || row.Terms is null)
            {
                return;
            }

            Remove(row.ExperimentId);
        }

        waiting[row.ExperimentId] = row;
        Sweep sweep = Of(row.Sweep);
        ScheduleSpec schedule = Schedule(row);
        sweep.MaxParallel = schedule.MaxParallel;
        SlotWish wish = SlotWish.Of(schedule);
        (int, string) key = (schedule.Priority, wish.Key);
        if (!sweep.Lines.TryGetValue(key, out Line? line))
        {
            sweep.Lines[key] = line = new(sweep, schedule.Priority, wish);
        }

        line.Rows.Add(row);
    }

    /// <returns>Null where it was not there.</returns>
    public QueueRow? Remove(string experimentId)
    {
        if (waiting.Remove(experimentId, out QueueRow? row))
        {
            Sweep sweep = Of(row.Sweep);
            foreach ((var key, Line line) in sweep.Lines)
            {
                if (line.Rows.Remove(row))
                {
                    if (line.Rows.Count == 0)
                    {
                        sweep.Lines.Remove(key);
                    }

                    break;
                }
            }

            DropIfEmpty(row.Sweep, sweep);
        }

        return row;
    }

    public QueueRow? Find(string experimentId) => waiting.GetValueOrDefault(experimentId);

    /// <summary>Takes the next experiment, which counts as running from now on.</summary>
    /// <returns>Null where none of the slots is one that an experiment may start on.</returns>
    public (QueueRow Row, string SlotId)? Take(IReadOnlyList<SlotOffer> idle)
    {
        Dictionary<string, (SlotOffer Slot, int Preferred)?> best = [];
        List<Choice> first = [];
        foreach (Line line in Open())
        {
            if (!best.TryGetValue(line.Wish.Key, out (SlotOffer Slot, int Preferred)? fit))
            {
                best[line.Wish.Key] = fit = line.Wish.Best(idle);
            }

            if (fit is { } found)
            {
                Keep(first, new(line, found.Slot.SlotId, found.Preferred));
            }
        }

        if (first.Count == 0)
        {
            return null;
        }

        Choice choice = Among(first);
        QueueRow row = choice.Line.Rows.Min!;
        choice.Line.Passes = 0;
        Started(row.Sweep);
        Remove(row.ExperimentId);
        return (row, choice.SlotId);
    }

    /// <summary>What would start, had it a slot: by priority, then as it was submitted; of each sweep as many as may start.</summary>
    public IReadOnlyList<QueueRow> First(int most) =>
    [
        .. sweeps.Values.Where(sweep => sweep.Room > 0).SelectMany(sweep => sweep.Lines.Values
                .SelectMany(line => line.Rows.Take(Math.Min(most, sweep.Room)).Select(row => (line.Priority, Row: row)))
                .OrderByDescending(one => one.Priority).ThenBy(one => one.Row, Comparer<QueueRow>.Create(CompareRows)).Take(sweep.Room))
            .OrderByDescending(one => one.Priority).ThenBy(one => one.Row, Comparer<QueueRow>.Create(CompareRows))
            .Take(most).Select(one => one.Row),
    ];

    /// <summary>How many of a sweep run.</summary>
    public int Running(string sweep) => sweeps.TryGetValue(sweep, out Sweep? known) ? known.Running : 0;

    /// <summary>An experiment of a sweep runs that this queue did not give out.</summary>
    public void Started(string sweep) => Of(sweep).Running++;

    /// <summary>An experiment of a sweep runs no longer.</summary>
    public void Ended(string sweep)
    {
        Sweep known = Of(sweep);
        known.Running = Math.Max(0, known.Running - 1);
        DropIfEmpty(sweep, known);
    }

    private IEnumerable<Line> Open() => sweeps.Values.Where(sweep => sweep.Room > 0).SelectMany(sweep => sweep.Lines.Values);

    // Keeps those that no priority and no fair share tells apart.
    private static void Keep(List<Choice> first, Choice choice)
    {
        int order = first.Count == 0 ? 0 : first[0].Line.Priority.CompareTo(choice.Line.Priority);
        order = order != 0 || first.Count == 0 ? order : choice.Line.Sweep.Running.CompareTo(first[0].Line.Sweep.Running);
        if (order < 0)
        {
            first.Clear();
        }

        if (order <= 0)
        {
            first.Add(choice);
        }
    }

    private static Choice Among(List<Choice> first)
    {
        Choice oldest = first.MinBy(choice => choice.Line.Rows.Min, Comparer<QueueRow?>.Create(CompareRows))!;
        int most = first.Max(choice => choice.Preferred);
        if (oldest.Preferred == most || oldest.Line.Passes >= PassesMost)
        {
            return oldest;
        }

        oldest.Line.Passes++;
        return first.Where(choice => choice.Preferred == most)
            .MinBy(choice => choice.Line.Rows.Min, Comparer<QueueRow?>.Create(CompareRows))!;
    }

    private Sweep Of(string id)
    {
        if (!sweeps.TryGetValue(id, out Sweep? sweep))
        {
            sweeps[id] = sweep = new();
        }

        return sweep;
    }

    private void DropIfEmpty(string id, Sweep sweep)
    {
        if (sweep.Lines.Count == 0 && sweep.Running == 0)
        {
            sweeps.Remove(id);
        }
    }

    private static ScheduleSpec Schedule(QueueRow row) => (row.Terms ?? QueueTerms.Usual).Schedule;

    private static int CompareRows(QueueRow? a, QueueRow? b)
    {
        int order = (a?.QueuedAt ?? 0).CompareTo(b?.QueuedAt ?? 0);
        order = order != 0 ? order : (a?.Index ?? 0).CompareTo(b?.Index ?? 0);
        return order != 0 ? order : string.CompareOrdinal(a?.ExperimentId, b?.ExperimentId);
    }

    private sealed class Sweep
    {
        public int Running { get; set; }

        public int? MaxParallel { get; set; }

        public int Room => MaxParallel is { } most ? Math.Max(0, most - Running) : int.MaxValue;

        public Dictionary<(int Priority, string Wish), Line> Lines { get; } = [];
    }

    private sealed class Line(Sweep sweep, int priority, SlotWish wish)
    {
        public Sweep Sweep => sweep;

        public int Priority => priority;

        public SlotWish Wish => wish;

        /// <summary>How often others' preferences went before its first row.</summary>
        public int Passes { get; set; }

        public SortedSet<QueueRow> Rows { get; } = new(Comparer<QueueRow>.Create(CompareRows));
    }

    private sealed record Choice(Line Line, string SlotId, int Preferred);
}
