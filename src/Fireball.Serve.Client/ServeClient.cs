using System.Globalization;
using Fireball.Linux;
using Fireball.Rpc;
using Fireball.V1;
using Fireball.Zmtp;
using Grpc.Core;

namespace Fireball.Serve.Client;

/// <summary>A command's connection to the background process.</summary>
public sealed class ServeClient : IAsyncDisposable
{
    /// <summary>The kernel tells at once when the process ends; whether it goes on answering, the calls' pings find out.</summary>
    private static readonly ZmtpOptions Zmtp = new() { Eager = true, HandshakeTimeout = Timeout.InfiniteTimeSpan };

    /// <summary>
    /// Silence after which the process is taken for stopped or hung: 20 s, four pings, the first before the handshake too. Longer
    /// than a link's: it is on this machine, and only a very busy one keeps it from answering.
    /// </summary>
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(20);

    private readonly RpcChannel _channel;

    private ServeClient(RpcChannel channel) => _channel = channel;

    /// <summary>Calls of fireball.v1.ControllerService.</summary>
    public CallInvoker Invoker => _channel.CallInvoker;

    /// <summary>Calls of fireball.v1.AgentService to one host.</summary>
    /// <param name="key">The host's, see <see cref="HostKey"/>.</param>
    public CallInvoker InvokerFor(string key) => _channel.WithHeaders(new Metadata { { ServeMetadata.Host, key } });

    /// <summary>Completes, never faulted, when the connection has ended.</summary>
    public Task Ended => _channel.Closed;

    /// <summary>Starts talking over a connected socket, which this then owns. Calls end UNAVAILABLE where the process does not answer for 20 s.</summary>
    public static async Task<ServeClient> OpenAsync(Descriptor socket, CancellationToken cancellationToken)
    {
        string pid = PeerIdentity.Of(socket).Pid.ToString(CultureInfo.InvariantCulture);
        var rpc = new RpcOptions
        {
            ContinueInline = true,

            // Of the thread that waits for the answers: another one for timers costs a command of milliseconds a tenth of one.
            TimeProvider = Reactor.Shared.Time,
            DeadAfter = DeadAfter,
            WhenSilent = $"the background process (pid {pid}) does not answer; if it is stopped, 'kill -CONT {pid}' lets it go on, and 'kill -KILL {pid}' ends it",
        };
        var stream = new ReactorStream(Reactor.Shared, socket, readInline: true);
        ZmtpConnection connection = await ZmtpConnection
            .ConnectAsync(stream, new WritingHalfStream(stream), Zmtp, cancellationToken).ConfigureAwait(false);
        return new ServeClient(new RpcChannel(connection, rpc));
    }

    /// <summary>Closes the connection; calls under way are cancelled.</summary>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
