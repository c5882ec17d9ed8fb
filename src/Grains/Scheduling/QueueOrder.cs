namespace ViSurf.Grains;

/// <summary>Which experiment starts next: of the sweep with the fewest running, the one submitted first.</summary>
/// <remarks>
/// Ties between sweeps go to the one whose next experiment was submitted first; within a sweep its own order holds. Every order comes
/// from the rows, so that a rebuilt queue is the same queue. Adding and taking cost O(log n).
/// </remarks>
public sealed class QueueOrder
{
    private readonly Dictionary<string, Sweep> sweeps = [];
    private readonly Dictionary<string, QueueRow> waiting = [];
    private readonly SortedSet<Sweep> ready = new(Comparer<Sweep>.Create(CompareSweeps));

    public int Count => waiting.Count;

    /// <summary>Adds an experiment; one that is there already stays where it is.</summary>
    public void Add(QueueRow row)
    {
        if (waiting.TryAdd(row.ExperimentId, row))
        {
            Change(row.Sweep, sweep => sweep.Waiting.Add(row));
        }
    }

    public void Remove(string experimentId)
    {
        if (waiting.Remove(experimentId, out QueueRow? row))
        {
            Change(row.Sweep, sweep => sweep.Waiting.Remove(row));
        }
    }

    /// <summary>Takes the next experiment, which counts as running from now on.</summary>
    /// <returns>Null where none waits.</returns>
    public QueueRow? Take()
    {
        if (ready.Min is not { } first)
        {
            return null;
        }

        QueueRow row = first.Waiting.Min!;
        Remove(row.ExperimentId);
        Started(row.Sweep);
        return row;
    }

    /// <summary>An experiment of a sweep runs that this queue did not give out.</summary>
    public void Started(string sweep) => Change(sweep, entry => entry.Running++);

    /// <summary>An experiment of a sweep runs no longer.</summary>
    public void Ended(string sweep) => Change(sweep, entry => entry.Running = Math.Max(0, entry.Running - 1));

    // A sorted set must not see its members change: out, change, in.
    private void Change(string id, Action<Sweep> change)
    {
        if (!sweeps.TryGetValue(id, out Sweep? sweep))
        {
            sweeps[id] = sweep = new();
        }

        ready.Remove(sweep);
        change(sweep);
        if (sweep.Waiting.Count > 0)
        {
            ready.Add(sweep);
        }
        else if (sweep.Running == 0)
        {
            sweeps.Remove(id);
        }
    }

    private static int CompareSweeps(Sweep a, Sweep b)
    {
        int order = a.Running.CompareTo(b.Running);
        return order != 0 ? order : CompareRows(a.Waiting.Min, b.Waiting.Min);
    }

    private static int CompareRows(QueueRow? a, QueueRow? b)
    {
        int order = (a?.QueuedAt ?? 0).CompareTo(b?.QueuedAt ?? 0);
        order = order != 0 ? order : (a?.Index ?? 0).CompareTo(b?.Index ?? 0);
        return order != 0 ? order : string.CompareOrdinal(a?.ExperimentId, b?.ExperimentId);
    }

    private sealed class Sweep
    {
        public int Running { get; set; }

        public SortedSet<QueueRow> Waiting { get; } = new(Comparer<QueueRow>.Create(CompareRows));
    }
}
