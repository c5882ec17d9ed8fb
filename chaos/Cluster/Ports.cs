using System.Net;
using System.Net.Sockets;

namespace ViSurf.Chaos.Cluster;

/// <summary>Ports on loopback that nobody listens at.</summary>
/// <remarks>
/// Below those that Linux gives to outgoing connections (32768 and above): while a server is away, one that tries to reach it could
/// be given the server's own port, and keep it.
/// </remarks>
internal static class Ports
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int next = Environment.ProcessId * 97;

    /// <summary>Another one each time.</summary>
    public static int Free()
    {
        int port = Next();
        while (!IsFree(port))
        {
            port = Next();
        }

        return port;
    }

    /// <summary>The first of two, one after the other.</summary>
    public static int FreePair()
    {
        int port = Free();
        while (!IsFree(port + 1))
        {
            port = Free();
        }

        Interlocked.Increment(ref next);
        return port;
    }

    private static int Next() => First + (int)((uint)Interlocked.Increment(ref next) % Count);

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
