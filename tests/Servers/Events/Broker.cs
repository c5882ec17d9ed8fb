using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using ViSurf.Chaos.Cluster;
using ViSurf.Tests.Cluster;

namespace ViSurf.Tests.Servers.Events;

/// <summary>A RabbitMQ of this class's own, which its tests may stop.</summary>
public sealed class Broker : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly (string, string)[] settings;

    public Broker()
    {
        // It runs as a user of its own, who has to get there.
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        settings =
        [
            ("VISURF_SERVICES", folder.Path),
            ("VISURF_RABBITMQ_PORT", $"{Ports.Free()}"),
            ("VISURF_RABBITMQ_NODES_PORT", $"{Ports.FreePair()}"), // Erlang takes it for its nodes, and the next for their names
        ];
        Address = new(Backing.Up("rabbitmq", "VISURF_RABBITMQ", settings));
    }

    public Uri Address { get; }

    public void Start() => Backing.Up("rabbitmq", "VISURF_RABBITMQ", settings);

    public void Stop() => Backing.Down("rabbitmq", settings);

    /// <summary>Loses all that a stopped broker has.</summary>
    public void Lose() => Directory.Delete(folder.File("rabbitmq", "data"), recursive: true);

    public async Task DeleteAsync(string queue, CancellationToken stop)
    {
        await using IConnection connection = await ConnectAsync(stop);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await channel.QueueDeleteAsync(queue, cancellationToken: stop);
    }

    /// <summary>How many messages wait in a queue; null where there is none of that name.</summary>
    public async Task<uint?> CountAsync(string queue, CancellationToken stop)
    {
        await using IConnection connection = await ConnectAsync(stop);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: stop);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, stop)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == 404)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Stop();
        folder.Dispose();
    }

    private Task<IConnection> ConnectAsync(CancellationToken stop) => new ConnectionFactory { Uri = Address }.CreateConnectionAsync(stop);
}
