using System.Net.Sockets;
using Grpc.Net.Client;

namespace Fireball.Bench;

/// <summary>The gRPC API of a serving process, called as programs of others call it: by gRPC on an ordinary socket.</summary>
internal static class ServeChannel
{
    // Nothing is looked up: every connection goes to the socket.
    private static readonly Uri Address = new("http://localhost");

    /// <summary>A channel to a socket; connected by its first call.</summary>
    public static GrpcChannel Open(string socketPath) => GrpcChannel.ForAddress(
        Address,
        new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken),
                ActivityHeadersPropagator = null,
                UseProxy = false,
            },
            DisposeHttpClient = true,
        });

    private static async ValueTask<Stream> ConnectAsync(string socketPath, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
