using Microsoft.EntityFrameworkCore;
using ViSurf.Grains;
using ViSurf.Sdk;

namespace ViSurf.Storage;

/// <summary>The queue, read from the rows of experiments.</summary>
internal sealed class QueueReader(IDbContextFactory<ViSurfDb> contexts) : IQueueReader
{
    private const int ChunkSize = 1000; // states that are in memory at a time

    public async ValueTask<IReadOnlyList<QueueRow>> ReadAsync(CancellationToken stop) =>
        await contexts.ReadAsync(db => db.Experiments.Where(row => row.Phase == Phase.Queued || row.Phase == Phase.Running)
            .OrderBy(row => row.QueuedAt).ThenBy(row => row.Index)
            .Select(row => new QueueRow(row.Id, row.Sweep, row.QueuedAt, row.Index, row.Phase, row.Fence, row.Slot, null))
            .ToListAsync(stop));

    public async ValueTask<IReadOnlyDictionary<string, QueueTerms>> TermsAsync(IReadOnlyList<string> ids, CancellationToken stop)
    {
        Dictionary<string, QueueTerms> terms = [];
        foreach (string[] chunk in ids.Chunk(ChunkSize))
        {
            var found = await contexts.ReadAsync(db => db.Experiments.Where(row => EF.Parameter(chunk).Contains(row.Id))
                .Select(row => new { row.Id, row.State }).ToListAsync(stop));
            foreach (var row in found)
            {
                if (ReadOrNull(row.State, row.Id) is { } state)
                {
                    terms[row.Id] = state.Terms();
                }
            }
        }

        return terms;
    }

    // One row that a newer version wrote keeps nobody from reading the rest.
    private static ExperimentState? ReadOrNull(string state, string id)
    {
        try
        {
            return Columns.Read<ExperimentState>(state, id);
        }
        catch (Fault fault) when (fault.Code == FaultCode.FileDamaged)
        {
            return null;
        }
    }

    public async ValueTask<IReadOnlyList<string>> ReadUnblockedAsync(CancellationToken stop) =>
        await contexts.ReadAsync(db => db.Experiments
            .Where(row => row.Phase == Phase.WaitingForStage
                && !db.Stages.Any(stage => stage.Key == row.StageKey && stage.State == StageState.Claimed))
            .OrderBy(row => row.QueuedAt).ThenBy(row => row.Index).Select(row => row.Id).ToListAsync(stop));
}
