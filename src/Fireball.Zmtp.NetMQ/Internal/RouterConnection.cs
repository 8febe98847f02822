using global::NetMQ;
using global::NetMQ.Sockets;

namespace Fireball.Zmtp.NetMQ;

/// <summary>One peer of a <see cref="NetMqRouterHost"/>.</summary>
internal sealed class RouterConnection : IMessageConnection
{
    private readonly NetMqRouterHost _host;
    private readonly byte[] _identity;
    private readonly ZmtpOptions _options;
    private readonly OutgoingQueue _outgoing;
    private readonly IncomingQueue _incoming;
    private readonly Action _send;
    private int _sendIsPosted;
    private Exception? _failure;
    private int _disposed;

    // The socket thread's own.
    private List<Frame> _batch = [];
    private int _next;
    private bool _inMessage;
    private long _cost;

    public RouterConnection(NetMqRouterHost host, byte[] identity, ZmtpOptions options)
    {
        _host = host;
        _identity = identity;
        _options = options;
        _outgoing = new OutgoingQueue(options);
        _incoming = new IncomingQueue(host.Taken);
        _send = Send;
    }

    /// <inheritdoc/>
    public int MaxMessageSize => _options.MaxMessageSize;

    /// <inheritdoc/>
    /// <remarks>What NetMQ has taken, at most <see cref="NetMqRouterHost.QueuedMessages"/> messages, is not among them.</remarks>
    public long UnsentBytes => _outgoing.UnsentBytes;

    /// <inheritdoc/>
    public void Write<TState>(TState state, Action<IMessageWriter, TState> encode) => _outgoing.Write(state, encode);

    /// <inheritdoc/>
    /// <remarks>Completes when NetMQ has taken it all.</remarks>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var flush = _outgoing.FlushAsync(out bool isNew);
        if (isNew && Interlocked.Exchange(ref _sendIsPosted, 1) == 0)
        {
            _host.PostSend(_send);
        }

        return new ValueTask(cancellationToken.CanBeCanceled && !flush.IsCompleted ? flush.WaitAsync(cancellationToken) : flush);
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _incoming.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public bool TryRead(out ReceivedMessage message) => _incoming.TryRead(out message);

    /// <inheritdoc/>
    /// <remarks>The peer is not told: see <see cref="NetMqRouterHost"/>.</remarks>
    public async ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        _outgoing.Close();
        if (UnsentBytes > 0)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the connection here; see <see cref="NetMqRouterHost"/>.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Fail(new ZmtpException("the connection was disposed"));
            _incoming.Drop();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>On the socket thread. False: it is not read any more.</summary>
    internal bool TryAdd(Msg[] message)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return false;
        }

        if (Violation(message) is { } violation)
        {
            Fail(new ZmtpException(violation));
            return false;
        }

        return _incoming.Add(message);
    }

    /// <summary>The peer is gone.</summary>
    internal void End()
    {
        var failure = Interlocked.CompareExchange(ref _failure, new ZmtpException("the peer closed the connection"), null);
        _outgoing.Fail(_failure);
        _incoming.Complete(failure);
    }

    /// <summary>Nothing can be sent or received any more; the first failure stays.</summary>
    internal void Fail(Exception failure)
    {
        var first = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        _outgoing.Fail(first);
        _incoming.Complete(first);
    }

    /// <summary>On the socket thread: sends what there is. False: NetMQ has no room for this peer.</summary>
    internal bool TrySend(RouterSocket socket)
    {
        Volatile.Write(ref _sendIsPosted, 0);
        Interlocked.MemoryBarrier();
        while (true)
        {
            if (_next == _batch.Count)
            {
                _batch.Clear();
                (_batch, _next) = (_outgoing.Take(_batch), 0);
                if (_batch.Count == 0)
                {
                    return true;
                }
            }

            var frame = _batch[_next];
            if (!_inMessage)
            {
                if (!TrySend(socket, _identity, 0, _identity.Length, more: true))
                {
                    return false;
                }

                (_inMessage, _cost) = (true, MessageCost.Overhead);
            }

            // Room for the identity is room for the message.
            TrySend(socket, frame.Array, frame.Offset, frame.Length, frame.More);
            _next++;
            _cost += frame.Length;
            if (!frame.More)
            {
                _inMessage = false;
                _outgoing.Sent(_cost);
            }
        }
    }

    private static bool TrySend(RouterSocket socket, byte[] array, int offset, int length, bool more)
    {
        var msg = default(Msg);
        msg.InitGC(array, offset, length);
        return socket.TrySend(ref msg, TimeSpan.Zero, more);
    }

    private void Send() => _host.Send(this);

    private string? Violation(Msg[] message) =>
        message.Length > _options.MaxFramesPerMessage ? $"the peer sent a message of more than {_options.MaxFramesPerMessage} frames"
        : IncomingQueue.CostOf(message) - MessageCost.Overhead > _options.MaxMessageSize ? $"the peer sent a message of more than {_options.MaxMessageSize} bytes"
        : null;
}
