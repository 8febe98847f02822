using System.Net.Sockets;
using Fireball.Rpc;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>A command's connection to the background process.</summary>
public sealed class ServeClient : IAsyncDisposable
{
    private readonly RpcChannel _channel;

    private ServeClient(RpcChannel channel) => _channel = channel;

    /// <summary>Calls of fireball.v1.Controller, and with <see cref="HostKey.MetadataKey"/> of fireball.v1.Agent.</summary>
    public CallInvoker Invoker => _channel.CallInvoker;

    /// <summary>Completes, never faulted, when the connection has ended.</summary>
    public Task Ended => _channel.Closed;

    /// <summary>Handshakes over a connected socket, which this then owns.</summary>
    public static async Task<ServeClient> OpenAsync(Socket socket, CancellationToken cancellationToken)
    {
        ZmtpConnection connection = await ZmtpConnection.ConnectAsync(
            new NetworkStream(socket, ownsSocket: true), new ZmtpOptions(), cancellationToken).ConfigureAwait(false);
        return new ServeClient(new RpcChannel(connection));
    }

    /// <summary>Closes the connection; calls under way are cancelled.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
