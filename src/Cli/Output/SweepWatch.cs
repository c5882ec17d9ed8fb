using ViSurf.Sdk;

namespace ViSurf.Cli.Output;

/// <summary>Follows a sweep from its first event to its end.</summary>
internal sealed class SweepWatch(ViSurfClient client, string sweep, TimeProvider clock)
{
    /// <summary>Shows slots and what happens, for people.</summary>
    /// <returns>The sweep, ended.</returns>
    public async Task<SweepView> ShowAsync(CancellationToken stop)
    {
        ProgressScreen screen = new(clock);
        List<ExperimentView> experiments = await client.ListExperimentsAsync(sweep, null, stop).ToListAsync(stop);
        SweepProgress progress = new(sweep, experiments, screen, clock);
        Task<SweepView> work = FollowAsync(progress.Took, stop);
        await screen.FollowAsync(work);
        return await work;
    }

    /// <summary>Prints every update as a line of JSON, for programs.</summary>
    /// <returns>The sweep, ended.</returns>
    public Task<SweepView> PrintAsync(CancellationToken stop) => FollowAsync(Show.Json, stop);

    private async Task<SweepView> FollowAsync(Action<WatchUpdate> took, CancellationToken stop)
    {
        await foreach (WatchUpdate update in client.WatchAsync(sweep, 0, stop))
        {
            took(update);
            // A sweep that was extended has completed before.
            if (update.Event?.Kind == EventKinds.SweepCompleted
                && await client.GetSweepAsync(sweep, stop) is { Phase: not SweepPhase.Running } ended)
            {
                return ended;
            }
        }

        throw new Fault(FaultCode.Unavailable, sweep, "the server stopped telling of it before its end");
    }
}
