using ViSurf.Chaos.Run;
using ViSurf.Sdk;

namespace ViSurf.Chaos.Faults;

/// <summary>Commands come a second time: submissions, retries of what did not fail, cancels of what has ended.</summary>
internal sealed class RepeatCommands : IFault
{
    public string Name => "commands given twice";

    public async Task InjectAsync(ChaosWorld world, CancellationToken stop)
    {
        string key = world.Any(world.Feed.Submitted);
        await world.Feed.SubmitAgainAsync(key, stop);
        await SweepFeed.PatientlyAsync(() => world.Cluster.Client.RetrySweepAsync(key, failedOnly: true, stop), stop);
        List<ExperimentView> all = await SweepFeed.PatientlyAsync(
            () => world.Cluster.Client.ListExperimentsAsync(key, cancellationToken: stop).ToListAsync(stop).AsTask(), stop);
        foreach (ExperimentView ended in all.Where(one => one.Phase == Phase.Succeeded))
        {
            await SweepFeed.PatientlyAsync(() => world.Cluster.Client.CancelExperimentAsync(ended.Id, "too late", stop), stop);
        }
    }
}
