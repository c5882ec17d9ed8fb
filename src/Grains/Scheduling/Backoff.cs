namespace ViSurf.Grains;

/// <summary>When an experiment that could not be dispatched is tried again: after 1 s, then twice as long each time, up to 30 s.</summary>
public sealed class Backoff(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, (QueueRow Row, long Since, TimeSpan Wait)> later = [];
    private readonly Dictionary<string, TimeSpan> lastWait = [];

    /// <summary>Puts an experiment aside.</summary>
    public void Add(QueueRow row)
    {
        TimeSpan wait = lastWait.TryGetValue(row.ExperimentId, out TimeSpan last) ? last * 2 : First;
        wait = wait < Longest ? wait : Longest;
        lastWait[row.ExperimentId] = wait;
        later[row.ExperimentId] = (row, clock.GetTimestamp(), wait);
    }

    /// <summary>Puts an experiment aside that may not start before a time.</summary>
    public void Until(QueueRow row, TimeSpan wait) => later[row.ExperimentId] = (row, clock.GetTimestamp(), wait);

    public bool Contains(string experimentId) => later.ContainsKey(experimentId);

    /// <summary>Its dispatch went through.</summary>
    public void Forget(string experimentId)
    {
        later.Remove(experimentId);
        lastWait.Remove(experimentId);
    }

    /// <summary>Those whose time has come.</summary>
    public IReadOnlyList<QueueRow> TakeDue()
    {
        QueueRow[] due = [.. later.Values.Where(entry => clock.GetElapsedTime(entry.Since) >= entry.Wait).Select(entry => entry.Row)];
        foreach (QueueRow row in due)
        {
            later.Remove(row.ExperimentId);
        }

        return due;
    }
}
