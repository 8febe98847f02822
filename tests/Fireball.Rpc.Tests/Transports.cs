using System.IO.Pipelines;
using System.Net.Sockets;
using Fireball.TestSupport;
using Fireball.Zmtp;

namespace Fireball.Rpc.Tests;

/// <summary>What every test of calls runs over. A further transport is a further line of <see cref="All"/>.</summary>
public static class Transports
{
    /// <summary>In-memory pipes and Unix sockets, each as it comes and cut into random pieces.</summary>
    public static TheoryData<string> All => ["memory", "memory, cut", "socket", "socket, cut"];

    /// <summary>Two ends of a new connection: the client's and the server's.</summary>
    internal static async Task<(IMessageConnection Client, IMessageConnection Server)> ConnectAsync(
        string transport, CancellationToken cancellationToken)
    {
        var (left, right) = transport.StartsWith("memory", StringComparison.Ordinal) ? Memory() : await SocketsAsync(cancellationToken);
        if (transport.EndsWith("cut", StringComparison.Ordinal))
        {
            left = new CutStream(left, seed: 7);
            right = new CutStream(right, seed: 11);
        }

        return await ConnectAsync(left, right, cancellationToken);
    }

    internal static async Task<(IMessageConnection Client, IMessageConnection Server)> ConnectAsync(
        Stream left, Stream right, CancellationToken cancellationToken)
    {
        var client = ZmtpConnection.ConnectAsync(left, new ZmtpOptions { SocketType = Zmtp.SocketType.Dealer }, cancellationToken);
        var server = ZmtpConnection.AcceptAsync(right, new ZmtpOptions { SocketType = Zmtp.SocketType.Router }, cancellationToken);
        return (await client, await server);
    }

    internal static (Stream Left, Stream Right) Memory()
    {
        var options = new PipeOptions(useSynchronizationContext: false);
        var (up, down) = (new Pipe(options), new Pipe(options));
        return (new DuplexStream(down.Reader, up.Writer), new DuplexStream(up.Reader, down.Writer));
    }

    private static async Task<(Stream Left, Stream Right)> SocketsAsync(CancellationToken cancellationToken)
    {
        using var directory = new TemporaryDirectory();
        var address = new UnixDomainSocketEndPoint(Path.Combine(directory.Path, "s"));
        using var listener = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(address, cancellationToken);
        var server = await listener.AcceptAsync(cancellationToken);
        return (new NetworkStream(client, ownsSocket: true), new NetworkStream(server, ownsSocket: true));
    }
}
