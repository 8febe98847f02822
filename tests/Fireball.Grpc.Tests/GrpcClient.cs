using System.Net.Sockets;
using Grpc.Net.Client;

namespace Fireball.Grpc.Tests;

/// <summary>Our client's channels.</summary>
public static class GrpcClient
{
    /// <summary>A channel to a Unix-domain socket.</summary>
    public static GrpcChannel Open(string socketPath, Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions { HttpHandler = CreateHandler(socketPath), DisposeHttpClient = true };
        configure?.Invoke(options);
        return GrpcChannel.ForAddress("http://localhost", options);
    }

    public static SocketsHttpHandler CreateHandler(string socketPath) => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectCallback = async (_, cancellationToken) =>
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
        },
    };
}
