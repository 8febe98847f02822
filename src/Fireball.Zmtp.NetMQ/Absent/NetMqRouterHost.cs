using System.Net;

namespace Fireball.Zmtp.NetMQ;

/// <summary>A NetMQ ROUTER socket's peers as connections. This build has none: it was made without -p:UseNetMQ=true.</summary>
public sealed class NetMqRouterHost : IAsyncDisposable
{
    private NetMqRouterHost(IPEndPoint endPoint) => LocalEndPoint = endPoint;

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Never starts.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static Task<NetMqRouterHost> StartAsync(
        IPEndPoint endPoint,
        ZmtpOptions options,
        ReadOnlyMemory<byte> endMark = default,
        Action<Exception>? refused = null,
        CancellationToken cancellationToken = default) =>
        Task.FromException<NetMqRouterHost>(new NotSupportedException("this build is without NetMQ (-p:UseNetMQ=true)"));

#pragma warning disable CA1822 // Its shape is that of the one with NetMQ.
    /// <summary>Never called.</summary>
    public ValueTask<IMessageConnection> AcceptAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromException<IMessageConnection>(new NotSupportedException("this build is without NetMQ (-p:UseNetMQ=true)"));
#pragma warning restore CA1822

    /// <summary>Does nothing.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
