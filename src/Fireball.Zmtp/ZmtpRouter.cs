using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Fireball.Zmtp;

/// <summary>
/// A ROUTER socket, RFC 28: takes messages from all its peers in turn, each with the identity of the peer it came from,
/// and sends each message to the peer it names.
/// </summary>
/// <param name="onFailure">Told when a peer's connection breaks. Called from any thread; must not throw.</param>
public sealed class ZmtpRouter(Action<Exception>? onFailure = null) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ZmtpConnection> _routes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private PeerSet<string>? _peers;
    private uint _lastIdentity;

    private PeerSet<string> Peers
    {
        get
        {
            lock (_gate)
            {
                return _peers ??= new PeerSet<string>(identity => _routes.TryRemove(identity, out _), onFailure);
            }
        }
    }

    /// <summary>
    /// Adds a peer, whose connection is owned from here on. A peer without an identity gets one: a zero byte, which
    /// peers' own may not begin with (RFC 28), and four bytes counting up.
    /// </summary>
    /// <returns>The peer's identity; null where another peer has it already: the connection is left to the caller.</returns>
    public byte[]? Attach(ZmtpConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var identity = connection.PeerIdentity.ToArray();
        if (identity.Length == 0)
        {
            identity = new byte[5];
            BinaryPrimitives.WriteUInt32BigEndian(identity.AsSpan(1), Interlocked.Increment(ref _lastIdentity));
        }

        var key = Convert.ToHexString(identity);
        if (!_routes.TryAdd(key, connection))
        {
            return null;
        }

        Peers.Add(key, connection);
        return identity;
    }

    /// <summary>The next message, and the identity of the peer it came from.</summary>
    public async ValueTask<(byte[] Identity, byte[][] Frames)> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        var (key, frames) = await Peers.Received.TakeAsync(cancellationToken).ConfigureAwait(false);
        return (Convert.FromHexString(key), frames);
    }

    /// <summary>Sends a message to the peer of this identity.</summary>
    /// <returns>False: there is no such peer, and the message is dropped.</returns>
    /// <exception cref="ZmtpException">The peer's connection is broken.</exception>
    public async ValueTask<bool> TrySendAsync(
        ReadOnlyMemory<byte> identity,
        IReadOnlyList<ReadOnlyMemory<byte>> frames,
        CancellationToken cancellationToken = default)
    {
        if (!_routes.TryGetValue(Convert.ToHexString(identity.Span), out var connection))
        {
            return false;
        }

        await PeerSet<string>.SendAsync(connection, frames, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Closes every peer's connection in order.</summary>
    public ValueTask DisposeAsync() => Peers.DisposeAsync();
}
