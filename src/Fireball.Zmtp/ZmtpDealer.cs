namespace Fireball.Zmtp;

/// <summary>
/// A DEALER socket, RFC 28: sends messages to its peers in rotation and takes theirs in turn.
/// </summary>
public sealed class ZmtpDealer : IAsyncDisposable
{
    private readonly List<ZmtpConnection> _rotation = [];
    private readonly Lock _gate = new();
    private readonly PeerSet<ZmtpConnection> _peers;
    private TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;

    /// <summary>Creates the socket, without peers.</summary>
    /// <param name="onFailure">Told when a peer's connection breaks. Called from any thread; must not throw.</param>
    public ZmtpDealer(Action<Exception>? onFailure = null) =>
        _peers = new PeerSet<ZmtpConnection>(Remove, onFailure);

    /// <summary>Adds a peer, whose connection is owned from here on.</summary>
    public void Attach(ZmtpConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        TaskCompletionSource attached;
        lock (_gate)
        {
            _rotation.Add(connection);
            attached = _attached;
        }

        _peers.Add(connection, connection);
        attached.TrySetResult();
    }

    /// <summary>Sends a message to the next peer in rotation; waits for one where there is none.</summary>
    /// <exception cref="ZmtpException">That peer's connection is broken; the message may be lost.</exception>
    public async ValueTask SendAsync(
        IReadOnlyList<ReadOnlyMemory<byte>> frames, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task attached;
            lock (_gate)
            {
                if (_rotation.Count > 0)
                {
                    break;
                }

                if (_attached.Task.IsCompleted)
                {
                    _attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                attached = _attached.Task;
            }

            await attached.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        await PeerSet<ZmtpConnection>.SendAsync(Next(), frames, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next message of any peer.</summary>
    public async ValueTask<byte[][]> ReceiveAsync(CancellationToken cancellationToken = default) =>
        (await _peers.Received.TakeAsync(cancellationToken).ConfigureAwait(false)).Frames;

    /// <summary>Closes every peer's connection in order.</summary>
    public ValueTask DisposeAsync() => _peers.DisposeAsync();

    private ZmtpConnection Next()
    {
        lock (_gate)
        {
            if (_rotation.Count == 0)
            {
                throw new ZmtpException("the last peer is gone");
            }

            _next = (_next + 1) % _rotation.Count;
            return _rotation[_next];
        }
    }

    private void Remove(ZmtpConnection connection)
    {
        lock (_gate)
        {
            _rotation.Remove(connection);
        }
    }
}
