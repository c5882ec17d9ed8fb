using Microsoft.Extensions.Logging;
using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>The rows of what is queued or running, with their terms: those are read only where a row has changed.</summary>
public sealed class KnownRows(IQueueReader reader, ILogger log)
{
    private readonly HashSet<string> told = [];
    private Dictionary<string, QueueRow> known = [];
    private Dictionary<string, QueueRow>? heard; // while rows are read, which may be older
    private HashSet<string> without = []; // of those read last, those without terms

    public QueueRow? Find(string experimentId) => known.GetValueOrDefault(experimentId);

    /// <summary>What an experiment asks of slots.</summary>
    public QueueTerms TermsOf(string experimentId) => Find(experimentId)?.Terms ?? QueueTerms.Usual;

    /// <summary>An experiment told of itself.</summary>
    public void Heard(QueueRow row)
    {
        known[row.ExperimentId] = row;
        if (heard is not null)
        {
            heard[row.ExperimentId] = row;
        }
    }

    /// <summary>Reads every row; what is not read is known no longer, except what told of itself meanwhile.</summary>
    /// <returns>Without rows whose terms cannot be read: nobody could say where those may run.</returns>
    public async ValueTask<IReadOnlyList<QueueRow>> ReadAsync(CancellationToken stop)
    {
        Dictionary<string, QueueRow> meanwhile = heard = [];
        try
        {
            QueueRow[] rows = [.. (await reader.ReadAsync(stop)).DistinctBy(row => row.ExperimentId)];
            string[] changed = [.. rows.Where(row => !IsKnown(row)).Select(row => row.ExperimentId)];
            IReadOnlyDictionary<string, QueueTerms> terms = await reader.TermsAsync(changed, stop);
            QueueRow[] whole = [.. rows.Select(row => Latest(row, terms, meanwhile)).OfType<QueueRow>()];
            known = whole.ToDictionary(row => row.ExperimentId);
            foreach (QueueRow row in meanwhile.Values)
            {
                known.TryAdd(row.ExperimentId, row);
            }

            TellOf([.. rows.Select(row => row.ExperimentId).Where(id => !known.ContainsKey(id))]);
            return whole;
        }
        finally
        {
            heard = null;
        }
    }

    private QueueRow? Latest(QueueRow row, IReadOnlyDictionary<string, QueueTerms> terms, Dictionary<string, QueueRow> meanwhile)
    {
        if (meanwhile.TryGetValue(row.ExperimentId, out QueueRow? told) && !IsBefore(told, row))
        {
            return told;
        }

        QueueTerms? found = terms.GetValueOrDefault(row.ExperimentId) ?? (IsKnown(row) ? TermsOf(row.ExperimentId) : null);
        return found is null ? null : row with { Terms = found };
    }

    // A fence begins with its lease: what waits under the same one has given it back.
    private static bool IsBefore(QueueRow a, QueueRow b) =>
        a.Fence < b.Fence || (a.Fence == b.Fence && a.Phase == Phase.Running && b.Phase == Phase.Queued);

    // What has ended between two reads lacks terms once only.
    private void TellOf(HashSet<string> now)
    {
        foreach (string id in now.Where(id => without.Contains(id) && told.Add(id)))
        {
            SchedulerLog.Unreadable(log, id);
        }

        without = now;
    }

    private bool IsKnown(QueueRow row) =>
        Find(row.ExperimentId) is { Terms: not null } one && one.Phase == row.Phase && one.Fence == row.Fence;
}
