using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Fireball.Kestrel;

/// <summary>
/// Hands connections that were accepted elsewhere to Kestrel, which takes this for one of its transports.
/// <see cref="KestrelHost.Serve"/> connects the two. Thread-safe.
/// </summary>
public sealed class AcceptedConnections : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>
    /// Connections that wait for Kestrel to take them, which it does at once: 1,024, as large a burst as the kernel's queue
    /// of a listening socket gives.
    /// </summary>
    public const int Capacity = 1024;

    private readonly Channel<StreamConnection> _waiting = Channel.CreateBounded<StreamConnection>(
        new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>Nothing is taken before Kestrel has started.</summary>
    /// <param name="name">What the connections come from ("grpc.sock"), for Kestrel's messages.</param>
    public AcceptedConnections(string name) => EndPoint = new AcceptedEndPoint(name);

    /// <summary>What Kestrel listens on to get these connections.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>
    /// Hands a connection over; Kestrel disposes of it. False: Kestrel has stopped, or too many wait; the connection is
    /// still the caller's then, who closes it.
    /// </summary>
    public bool TryAdd(StreamConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return _waiting.Writer.TryWrite(connection);
    }

    /// <summary>As <see cref="TryAdd"/>, but where too many wait it waits with them. False: Kestrel has stopped.</summary>
    public async ValueTask<bool> AddAsync(StreamConnection connection, CancellationToken cancellationToken = default)
    {
        while (!TryAdd(connection))
        {
            if (!await _waiting.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => ReferenceEquals(endpoint, EndPoint);

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        CanBind(endpoint)
            ? new(new Listener(EndPoint, _waiting))
            : throw new NotSupportedException($"{endpoint} is not where these connections come from.");

    private sealed class AcceptedEndPoint(string name) : EndPoint
    {
        public override string ToString() => name;
    }

    private sealed class Listener(EndPoint endPoint, Channel<StreamConnection> waiting) : IConnectionListener
    {
        public EndPoint EndPoint => endPoint;

        [SuppressMessage("Reliability", "CA2000", Justification = "Kestrel disposes of what it accepted.")]
        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (waiting.Reader.TryRead(out var connection))
                {
                    return connection;
                }
            }

            return null;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            waiting.Writer.TryComplete();
            while (waiting.Reader.TryRead(out var late))
            {
                late.Abort("the server is stopping");
                await late.DisposeAsync().ConfigureAwait(false);
            }
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
