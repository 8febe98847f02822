using System.IO.Pipelines;
using System.Net.Sockets;
using Fireball.TestSupport;
using Fireball.Zmtp;

namespace Fireball.Rpc.Tests;

/// <summary>What every test of calls runs over. A further transport is a further line of <see cref="All"/>.</summary>
public static class Transports
{
    /// <summary>ZMTP, and gRPC over HTTP/2 on a Unix socket, as it comes and cut into random pieces.</summary>
    public static TheoryData<string> All => [.. ZmtpNames, "grpc", "grpc, cut"];

    /// <summary>
    /// Ours over ZMTP: in-memory pipes and Unix sockets, each as it comes and cut into random pieces; and by
    /// NetMQ's DEALER, by its ROUTER and by both.
    /// </summary>
    public static TheoryData<string> Zmtp => [.. ZmtpNames];

    private static string[] ZmtpNames => ["memory", "memory, cut", "socket", "socket, cut", .. NetMqTransports.Names];

    internal static bool IsGrpc(string transport) => transport.StartsWith("grpc", StringComparison.Ordinal);

    /// <summary>Two ends of a new connection: the client's and the server's.</summary>
    internal static async Task<(IMessageConnection Client, IMessageConnection Server)> ConnectAsync(
        string transport, CancellationToken cancellationToken)
    {
        if (NetMqTransports.Names.Contains(transport))
        {
            return await NetMqTransports.ConnectAsync(transport, cancellationToken);
        }

        if (transport == "socket")
        {
            var (near, far) = await SocketsAsync(cancellationToken);
            return await ConnectAsync(near, far, cancellationToken);
        }

        var (left, right) = transport.StartsWith("memory", StringComparison.Ordinal) ? MemoryPipes() : await SocketPipesAsync(cancellationToken);
        if (transport.EndsWith("cut", StringComparison.Ordinal))
        {
            left = Cut(left, seed: 7);
            right = Cut(right, seed: 11);
        }

        var client = ZmtpConnection.ConnectAsync(left, Client, cancellationToken);
        var server = ZmtpConnection.AcceptAsync(right, Server, cancellationToken);
        return (await client, await server);
    }

    internal static async Task<(IMessageConnection Client, IMessageConnection Server)> ConnectAsync(
        Stream left, Stream right, CancellationToken cancellationToken)
    {
        var client = ZmtpConnection.ConnectAsync(left, Client, cancellationToken);
        var server = ZmtpConnection.AcceptAsync(right, Server, cancellationToken);
        return (await client, await server);
    }

    internal static (Stream Left, Stream Right) Memory()
    {
        var (left, right) = MemoryPipes();
        return (new DuplexStream(left.Input, left.Output), new DuplexStream(right.Input, right.Output));
    }

    internal static ZmtpOptions Client => new() { SocketType = Fireball.Zmtp.SocketType.Dealer };

    internal static ZmtpOptions Server => new() { SocketType = Fireball.Zmtp.SocketType.Router };

    private static (IDuplexPipe Left, IDuplexPipe Right) MemoryPipes()
    {
        var options = new PipeOptions(useSynchronizationContext: false);
        var (up, down) = (new Pipe(options), new Pipe(options));
        return (new DuplexPipe(down.Reader, up.Writer), new DuplexPipe(up.Reader, down.Writer));
    }

    private static async Task<(IDuplexPipe Left, IDuplexPipe Right)> SocketPipesAsync(CancellationToken cancellationToken)
    {
        var (left, right) = await SocketsAsync(cancellationToken);
        return (Pipes(left), Pipes(right));

        static DuplexPipe Pipes(NetworkStream stream) =>
            new(PipeReader.Create(stream), PipeWriter.Create(new SendingHalf(stream.Socket)));
    }

    private static DuplexPipe Cut(IDuplexPipe pipe, int seed) =>
        new(PipeReader.Create(new CutStream(pipe.Input.AsStream(), seed)), pipe.Output);

    internal static async Task<(NetworkStream Left, NetworkStream Right)> SocketsAsync(CancellationToken cancellationToken)
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

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>The sending half of a socket: disposed, it tells the peer that no more comes.</summary>
    private sealed class SendingHalf(Socket socket) : NetworkStream(socket, FileAccess.Write, ownsSocket: false)
    {
        protected override void Dispose(bool disposing)
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
            {
                // Gone already.
            }

            base.Dispose(disposing);
        }
    }
}
