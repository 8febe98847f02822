using Grpc.Core;
using Grpc.Net.Client;

namespace Fireball.Controller;

/// <summary>Calls as HTTP/2 streams of one connection.</summary>
internal sealed class GrpcAgentChannel : AgentChannel
{
    /// <summary>Silence after which the agent is asked whether it is there, calls open or not.</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long it may take to answer that: 7 s, so that a dead link is known within 15, since the handler looks at its
    /// clocks every 1.25 s only.
    /// </summary>
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(7);

    /// <summary>
    /// What may be under way to us on a call before it is read, bytes; grows where the link is long. OpenSSH's own channel
    /// window: Fireball is then never the narrower one.
    /// </summary>
    private const int StreamWindow = 2 * 1024 * 1024;

    // Nothing is looked up: there is one connection, and it is there already.
    private static readonly Uri Address = new("http://agent");

    private readonly WatchedStream _stream;
    private readonly AgentCalls _calls;
    private int _taken;

    public GrpcAgentChannel(WatchedStream stream)
    {
        _stream = stream;
        _calls = new AgentCalls(CreateHandler(), stream);

        // Not disposed: it would end calls as cancelled, which by then have ended by the end of their connection.
        var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions { HttpHandler = _calls });
        Invoker = channel.CreateCallInvoker();
    }

    public override CallInvoker Invoker { get; }

    public override Task<string> Ended => _stream.Ended;

    public override ValueTask DisposeAsync()
    {
        _stream.End("the connection was closed here");
        _stream.Dispose();
        _calls.Dispose();
        return ValueTask.CompletedTask;
    }

    private SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = (_, _) => Interlocked.Exchange(ref _taken, 1) == 0
            ? new ValueTask<Stream>(_stream)
            : ValueTask.FromException<Stream>(new ConnectionUsedUpException()),
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        KeepAlivePingDelay = PingAfter,
        KeepAlivePingTimeout = PingLimit,
        InitialHttp2StreamWindowSize = StreamWindow,
        ActivityHeadersPropagator = null,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
