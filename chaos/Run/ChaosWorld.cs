using ViSurf.Chaos.Cluster;

namespace ViSurf.Chaos.Run;

/// <summary>What mishaps happen to.</summary>
/// <param name="Backing">The servers.</param>
/// <param name="Cluster">The processes.</param>
/// <param name="Feed">The work.</param>
/// <param name="Draws">Of one lane of mishaps alone.</param>
internal sealed record ChaosWorld(BackingServers Backing, LocalCluster Cluster, SweepFeed Feed, Random Draws)
{
    public T Any<T>(IReadOnlyList<T> of) => of[Draws.Next(of.Count)];

    /// <summary>A time between two.</summary>
    public Task PauseAsync(double least, double most, CancellationToken stop) =>
        Task.Delay(TimeSpan.FromSeconds(least + (Draws.NextDouble() * (most - least))), TimeProvider.System, stop);
}
