using ViSurf.Sdk;

namespace ViSurf.Grains;

/// <summary>Drops the checkpoints of finished stages that no sweep keeps any longer.</summary>
/// <remarks>
/// What is referred to is computed from the rows of all sweeps, each time. The stage's row says that its checkpoint is gone before that is
/// dropped: a crash between leaves an orphan. An experiment that reuses the stage in that moment finds the checkpoint missing, as if it
/// had been lost, and trains the stage again.
/// </remarks>
internal sealed class RetentionWalk(IReadModel reads, ISweepStore sweeps, IStageIndex stages, ICheckpointGrain blobs, TimeProvider clock)
{
    private const int PageSize = 100;
    private const int AtOnce = 16;

    private readonly HashSet<string> kept = [];
    private readonly HashSet<string> given = [];

    /// <returns>How many stages have lost their checkpoint.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        string? after = null;
        IReadOnlyList<SweepView> page;
        do
        {
            page = await reads.SweepsAsync(after, PageSize, stop);
            foreach (SweepView sweep in page)
            {
                after = sweep.Id;
                await LookAtAsync((await sweeps.ReadAsync(sweep.Id, stop))!.Value, stop);
            }
        }
        while (page.Count == PageSize);
        return await ExpireAsync(stop);
    }

    private async Task LookAtAsync(SweepState sweep, CancellationToken stop)
    {
        bool hasExpired = sweep is { Phase: not SweepPhase.Running, Spec.Retention: { } retention, EndedAt: { } endedAt }
            && clock.GetUtcNow() >= endedAt + TimeSpan.FromDays(retention.Days);
        HashSet<string> best = hasExpired && sweep.Spec.Retention!.KeepBest is { } keep
            ? Best(await reads.ResultsAsync(sweep.Id, stop), keep)
            : [];
        foreach (ExperimentOrder order in sweep.Orders)
        {
            HashSet<string> into = hasExpired && !best.Contains($"{sweep.Id}/{order.Spec.Id}") ? given : kept;
            into.UnionWith(order.Stages.Where(stage => stage.Name != StagePlanner.Evaluate).Select(stage => stage.Key));
        }
    }

    /// <summary>The experiments with the highest values of a metric, and those of whom it is not known; the first of equals.</summary>
    public static HashSet<string> Best(IReadOnlyList<ResultView> results, KeepBestSpec keep) =>
    [
        .. results.Where(result => !result.Scores.ContainsKey(keep.Metric)).Select(result => result.Experiment),
        .. results.Where(result => result.Scores.ContainsKey(keep.Metric)).OrderByDescending(result => result.Scores[keep.Metric])
            .Take(keep.Models).Select(result => result.Experiment),
    ];

    private async Task<int> ExpireAsync(CancellationToken stop)
    {
        int expired = 0;
        foreach (string[] part in given.Except(kept).Chunk(AtOnce))
        {
            stop.ThrowIfCancellationRequested();
            List<string> dropped = [];
            foreach (StageRow row in (await stages.ReadAsync(part, stop)).Where(row => row is { State: StageState.Done, Last: not null }))
            {
                if (await stages.ExpireAsync(row, stop))
                {
                    expired++;
                    dropped.AddRange(new[] { row.Last, row.Previous }.OfType<Checkpoint>().Select(checkpoint => checkpoint.Blob));
                }
            }

            await blobs.DropAsync(dropped);
        }

        return expired;
    }
}
