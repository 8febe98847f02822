using Grpc.Core;

namespace Fireball.Rpc.Tests;

/// <summary>
/// A server with a <see cref="ProbeService"/>, a client connected to it by one of <see cref="Transports.All"/>, and a
/// limit that turns a hang into a failure.
/// </summary>
internal abstract class Fixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private Probe.ProbeClient? _client;

    /// <summary>What generated clients are made on.</summary>
    public abstract CallInvoker Invoker { get; }

    public Probe.ProbeClient Client => _client ??= new(Invoker);

    /// <summary>Cancelled after a time no test needs.</summary>
    public CancellationToken Limit => _limit.Token;

    /// <summary>Bytes a service gets rid of, though its client reads nothing.</summary>
    public abstract int LeastUnreadResponses { get; }

    /// <summary>The most bytes a service can be ahead of a client that reads nothing.</summary>
    public abstract int MostUnreadResponses { get; }

    /// <summary>The most bytes a client can be ahead of a service that reads nothing.</summary>
    public abstract int MostUnreadRequests { get; }

    /// <summary>How calls end whose own channel is disposed.</summary>
    public abstract StatusCode ChannelDisposed { get; }

    public static async Task<Fixture> StartAsync(string transport, ProbeService? service = null, ProbeLimits? limits = null) =>
        Transports.IsGrpc(transport)
            ? await GrpcFixture.OpenAsync(transport, service ?? new ProbeService(), limits ?? new ProbeLimits())
            : await ZmtpFixture.StartAsync(transport, service, limits?.Server, limits?.Client);

    /// <summary>Takes no new calls and waits for those under way; cancelled: these are ended at once.</summary>
    public abstract Task DrainAsync(string reason, CancellationToken cancellationToken);

    /// <summary>Ends the server and its connections at once.</summary>
    public abstract Task StopServerAsync();

    /// <summary>Ends the client's channel at once.</summary>
    public abstract Task LoseClientAsync();

    /// <summary>The call surely reached no service, and where the transport can tell so, it did.</summary>
    public abstract void AssertNotStarted(RpcException failure);

    public async ValueTask DisposeAsync()
    {
        await LoseClientAsync();
        await StopServerAsync();
        await EndAsync();
        _limit.Dispose();
    }

    /// <summary>Awaits what is left when client and server have been stopped.</summary>
    protected abstract Task EndAsync();
}
