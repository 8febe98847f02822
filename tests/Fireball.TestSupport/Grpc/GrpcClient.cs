using System.Net.Sockets;
using Grpc.Net.Client;

namespace Fireball.TestSupport;

/// <summary>Our client's channels to a Unix-domain socket.</summary>
public static class GrpcClient
{
    /// <summary>A channel to a socket.</summary>
    public static GrpcChannel Open(string socketPath, Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions { HttpHandler = CreateHandler(socketPath), DisposeHttpClient = true };
        configure?.Invoke(options);
        return GrpcChannel.ForAddress("http://localhost", options);
    }

    /// <summary>A handler whose connections all go to a socket.</summary>
    /// <param name="socketPath">The socket.</param>
    /// <param name="wrap">What the handler gets instead of the connected stream; null: that itself.</param>
    public static SocketsHttpHandler CreateHandler(string socketPath, Func<Stream, Stream>? wrap = null) => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                var stream = new NetworkStream(socket, ownsSocket: true);
                return wrap is null ? stream : wrap(stream);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
