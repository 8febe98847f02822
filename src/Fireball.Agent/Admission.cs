using Fireball.Posix;

namespace Fireball.Agent;

/// <summary>Connections in handshake: at most so many, the oldest gives way.</summary>
internal sealed class Admission
{
    /// <summary>
    /// 128: an owner has one; the rest are mistakes or mischief of the same user, and cost some 10 KiB each.
    /// </summary>
    internal const int MaxHandshakes = 128;

    private readonly Lock _gate = new();
    private readonly LinkedList<CancellationTokenSource> _open = new();

    /// <summary>Why the peer is refused before a byte is read; null: it is welcome. Only this very user is.</summary>
    internal static string? Refuse(Descriptor socket)
    {
        try
        {
            var peer = PeerIdentity.Of(socket);
            return peer.UserId == PeerIdentity.OwnUserId
                ? null
                : $"refused a connection of uid {peer.UserId} (pid {peer.Pid}): the session belongs to uid {PeerIdentity.OwnUserId}";
        }
        catch (PosixException e)
        {
            return $"refused a connection: {e.Message}";
        }
    }

    /// <summary>Runs one handshake; cancelled when it is the oldest and one too many has come.</summary>
    internal async Task<T> HandshakeAsync<T>(Func<CancellationToken, Task<T>> handshake, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        LinkedListNode<CancellationTokenSource> node;
        CancellationTokenSource? oldest = null;
        lock (_gate)
        {
            node = _open.AddLast(cancel);
            if (_open.Count > MaxHandshakes)
            {
                oldest = _open.First!.Value;
                _open.RemoveFirst();
            }
        }

        if (oldest is not null)
        {
            await oldest.CancelAsync();
        }

        try
        {
            return await handshake(cancel.Token);
        }
        finally
        {
            lock (_gate)
            {
                if (node.List is not null)
                {
                    _open.Remove(node);
                }
            }
        }
    }
}
