using Fireball.Linux;
using Fireball.Rpc;
using Fireball.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Serve.Client;

/// <summary>A command's connection to the background process.</summary>
public sealed class ServeClient : IAsyncDisposable
{
    /// <summary>
    /// A timer starts a thread, which a command of some milliseconds feels; both processes are on this machine, so that
    /// the kernel tells at once when one of them ends.
    /// </summary>
    private static readonly ZmtpOptions Zmtp = new() { Eager = true, HandshakeTimeout = Timeout.InfiniteTimeSpan };

    private static readonly RpcOptions Rpc = new() { ContinueInline = true, PingAfter = Timeout.InfiniteTimeSpan };

    private readonly RpcChannel _channel;

    private ServeClient(RpcChannel channel) => _channel = channel;

    /// <summary>Calls of fireball.v1.ControllerService.</summary>
    public CallInvoker Invoker => _channel.CallInvoker;

    /// <summary>Calls of fireball.v1.AgentService to one host.</summary>
    /// <param name="key">The host's, see <see cref="HostKey"/>.</param>
    public CallInvoker InvokerFor(string key) => _channel.WithHeaders(new Metadata { { ServeMetadata.Host, key } });

    /// <summary>Completes, never faulted, when the connection has ended.</summary>
    public Task Ended => _channel.Closed;

    /// <summary>Starts talking over a connected socket, which this then owns.</summary>
    public static async Task<ServeClient> OpenAsync(Descriptor socket, CancellationToken cancellationToken)
    {
        var stream = new ReactorStream(Reactor.Shared, socket, readInline: true);
        ZmtpConnection connection = await ZmtpConnection
            .ConnectAsync(stream, new WritingHalfStream(stream), Zmtp, cancellationToken).ConfigureAwait(false);
        return new ServeClient(new RpcChannel(connection, Rpc));
    }

    /// <summary>Closes the connection; calls under way are cancelled.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
