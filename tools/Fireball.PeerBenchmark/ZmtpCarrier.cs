using System.Net;
using System.Net.Sockets;

namespace Fireball.PeerBenchmark;

/// <summary>What two processes of this machine are connected by.</summary>
internal sealed record ZmtpCarrier(string Name)
{
    public static readonly ZmtpCarrier UnixSocket = new("Unix socket");
    public static readonly ZmtpCarrier TcpLoopback = new("tcp loopback");

    public override string ToString() => Name;

    /// <summary>Listens at an address of its own.</summary>
    public Socket Listen()
    {
        var unix = this == UnixSocket;
        var listener = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(unix
            ? new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), $"peer-benchmark-{Guid.NewGuid():N}"))
            : new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    /// <summary>The end point that a listener's ToString gave.</summary>
    public static EndPoint Parse(string endPoint) =>
        endPoint.StartsWith('/') ? new UnixDomainSocketEndPoint(endPoint) : IPEndPoint.Parse(endPoint);
}
