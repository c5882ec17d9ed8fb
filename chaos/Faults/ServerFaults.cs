using RabbitMQ.Client;
using ViSurf.Chaos.Cluster;
using ViSurf.Chaos.Run;

namespace ViSurf.Chaos.Faults;

/// <summary>A server is away for a while.</summary>
/// <param name="server">As eng/services names it.</param>
/// <param name="variable">What eng/services prints of it.</param>
internal sealed class StopServer(string server, string variable) : IFault
{
    public string Name => $"{server} is away";

    public async Task InjectAsync(ChaosWorld world, CancellationToken stop)
    {
        await world.Backing.StopAsync(server);
        await world.PauseAsync(2, 12, stop);
        await world.Backing.StartAsync(server, variable);
    }
}

/// <summary>The broker's queue is gone, with all that waits in it.</summary>
internal sealed class DeleteQueue : IFault
{
    private const string Queue = "ScoreProjection";

    public string Name => "RabbitMQ's queue is deleted";

    public async Task InjectAsync(ChaosWorld world, CancellationToken stop)
    {
        await using IConnection connection =
            await new ConnectionFactory { Uri = world.Backing.Broker }.CreateConnectionAsync(stop);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await channel.QueueDeleteAsync(Queue, cancellationToken: stop);
    }
}

/// <summary>Every other request to the blob service fails, or all of them are slow.</summary>
internal sealed class DisturbBlobs : IFault
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(400);

    public string Name => "the blob service fails half of its calls, or is slow";

    public Task InjectAsync(ChaosWorld world, CancellationToken stop) =>
        OnLane.WhileAsync(world, world.Draws.Next(2) == 0 ? new(FailEvery: 2) : new(Wait: Slow), stop);
}

/// <summary>The blob service takes nothing more.</summary>
internal sealed class FillBlobs : IFault
{
    public string Name => "the blob service is full";

    public Task InjectAsync(ChaosWorld world, CancellationToken stop) => OnLane.WhileAsync(world, new(IsFull: true), stop);
}

internal static class OnLane
{
    public static async Task WhileAsync(ChaosWorld world, LaneState state, CancellationToken stop)
    {
        int before = world.Backing.Lane.Asked;
        world.Backing.Lane.State = state;
        try
        {
            await world.PauseAsync(3, 8, stop);
            while (world.Backing.Lane.Asked == before)
            {
                await world.PauseAsync(0.2, 0.2, stop); // one that nobody met is no mishap
            }
        }
        finally
        {
            world.Backing.Lane.State = LaneState.Clear;
        }
    }
}
