using ViSurf.Chaos.Cluster;
using ViSurf.Chaos.Run;

namespace ViSurf.Chaos.Faults;

/// <summary>A process ends as in a power cut, and comes back a moment later.</summary>
/// <param name="kind">Of what kind.</param>
/// <param name="among">Those of that kind.</param>
internal sealed class KillProcess(string kind, Func<LocalCluster, IReadOnlyList<string>> among) : IFault
{
    public string Name => $"kill -9 of a {kind} process";

    public async Task InjectAsync(ChaosWorld world, CancellationToken stop)
    {
        string node = world.Any(among(world.Cluster));
        using (world.Cluster.Hold(node))
        {
            await world.Cluster.Process(node).KillAsync();
            await world.PauseAsync(0, 6, stop);
        }

        await world.Cluster.UpAsync(node);
    }
}

/// <summary>A process with a slot stands still for longer than its lease, and goes on as if nothing had been.</summary>
internal sealed class FreezeGpu : IFault
{
    private const double Lifetime = 15; // of a lease, in seconds

    public string Name => "freeze of a gpu process beyond its lease";

    public async Task InjectAsync(ChaosWorld world, CancellationToken stop)
    {
        string node = world.Any(world.Cluster.Gpus);
        ClusterProcess process = world.Cluster.Process(node);
        process.Freeze();
        try
        {
            await world.PauseAsync(Lifetime + 2, Lifetime + 7, stop);
        }
        finally
        {
            process.Thaw();
        }

        // Where the others have agreed that it is dead, it ends once it hears of that; its late writes are refused either way.
        await world.PauseAsync(3, 5, stop);
        await world.Cluster.UpAsync(node);
    }
}

/// <summary>A process with a slot is asked to end: what runs there writes a checkpoint.</summary>
internal sealed class EndGpu : IFault
{
    public string Name => "TERM of a gpu process";

    public async Task InjectAsync(ChaosWorld world, CancellationToken stop)
    {
        string node = world.Any(world.Cluster.Gpus);
        ClusterProcess process = world.Cluster.Process(node);
        int code = await process.EndAsync();
        if (code != 0)
        {
            throw new InvalidOperationException($"{node} ended with {code} after TERM: {process.Errors}");
        }

        await world.Cluster.UpAsync(node);
    }
}

/// <summary>All processes end at once.</summary>
internal sealed class KillAll : IFault
{
    public string Name => "kill -9 of the whole cluster";

    public async Task InjectAsync(ChaosWorld world, CancellationToken stop)
    {
        await world.Cluster.KillAllAsync();
        await world.Cluster.StartAsync();
    }
}
