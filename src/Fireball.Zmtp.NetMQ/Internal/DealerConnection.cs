using System.Net.Sockets;
using global::NetMQ;
using global::NetMQ.Sockets;

namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// A NetMQ DEALER socket with one peer, by way of a <see cref="Relay"/>. The relay knows what NetMQ does not tell: when
/// bytes have left, and why the connection ended.
/// </summary>
internal sealed class DealerConnection : IMessageConnection
{
    /// <summary>Frames taken from NetMQ at a time before the thread's other sockets have their turn. Arbitrary.</summary>
    private const int MaxFramesAtATime = 256;

    private readonly ZmtpOptions _options;
    private readonly ZmtpConnection _far;
    private readonly SocketThread _thread;
    private readonly OutgoingQueue _outgoing;
    private readonly IncomingQueue _incoming;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _ending = new();
    private readonly Action _send;
    private readonly Action<Exception> _threadFailed;
    private Relay _relay = null!;
    private ZmtpConnection? _near;
    private Task _relaying = Task.CompletedTask;

    // The socket thread's own.
    private DealerSocket? _socket;
    private readonly List<Msg> _partial = [];
    private List<Frame> _batch = [];
    private int _next;
    private bool _awaitsRoom;

    private int _sendIsPosted;
    private Exception? _failure;
    private long _received;
    private long _endAfter = long.MaxValue;
    private int _disposed;

    private DealerConnection(ZmtpConnection far, ZmtpOptions options)
    {
        _far = far;
        _options = options;
        _outgoing = new OutgoingQueue(options);
        _incoming = new IncomingQueue(cost => _relay.Window.Take(cost));
        _send = Send;
        _threadFailed = e => Fail(NetMqFailure(e));
        _thread = SocketThread.Acquire(_threadFailed);
    }

    /// <inheritdoc/>
    public int MaxMessageSize => _options.MaxMessageSize;

    /// <inheritdoc/>
    public long UnsentBytes => _outgoing.UnsentBytes;

    /// <summary>Connects a NetMQ socket to <paramref name="far"/> by way of <paramref name="listener"/>; owns both.</summary>
    public static async Task<IMessageConnection> OpenAsync(
        ZmtpConnection far, ZmtpOptions options, OwnListener listener, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.HandshakeTimeout);
        var connection = new DealerConnection(far, options);
        try
        {
            await connection.ConnectAsync(listener, limit.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw limit.IsCancellationRequested
                ? new ZmtpException($"NetMQ did not connect within {options.HandshakeTimeout.TotalSeconds:0.#} s", e)
                : KeptFailure.Again(e);
        }
        finally
        {
            listener.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Write<TState>(TState state, Action<IMessageWriter, TState> encode) => _outgoing.Write(state, encode);

    /// <inheritdoc/>
    /// <remarks>Completes when all has left for the peer: NetMQ's own queue and the relay are behind it then.</remarks>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        var flush = _outgoing.FlushAsync(out bool isNew);
        if (isNew)
        {
            PostSend();
        }

        return new ValueTask(cancellationToken.CanBeCanceled && !flush.IsCompleted ? flush.WaitAsync(cancellationToken) : flush);
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _incoming.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public bool TryRead(out ReceivedMessage message) => _incoming.TryRead(out message);

    /// <inheritdoc/>
    /// <remarks>What the peer still sends can be read until it closes in turn.</remarks>
    public async ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        _outgoing.Close();
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        await _far.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the connection. After <see cref="CloseAsync"/> it first waits, at most <see cref="ZmtpOptions.LingerTimeout"/>,
    /// for the peer to close in turn.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // The relay goes on reading until the peer has closed, whether it is taken or not.
        _relay?.Window.Open();
        await _far.DisposeAsync().ConfigureAwait(false);
        Fail(new ZmtpException("the connection was disposed"));
        await _stop.CancelAsync().ConfigureAwait(false);
        await _relaying.ConfigureAwait(false);
        await _thread.InvokeAsync(CloseSocket).ConfigureAwait(false);
        _thread.Release(_threadFailed);
        if (_near is not null)
        {
            await _near.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    /// <summary>Messages of this cost have left for the peer.</summary>
    internal void Relayed(long cost) => _outgoing.Sent(cost);

    /// <summary>Nothing can be sent any more; the first failure stays.</summary>
    internal void SendingFailed(Exception failure) => _outgoing.Fail(Interlocked.CompareExchange(ref _failure, failure, null) ?? failure);

    /// <summary>Nothing can be sent or received any more; the first failure stays.</summary>
    internal void Fail(Exception failure)
    {
        var first = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        _outgoing.Fail(first);
        _incoming.Complete(first);
    }

    /// <summary>The peer is gone; its messages, so many in all, are still to be read. A failure before this one stays.</summary>
    internal void EndAfter(long count, Exception? failure)
    {
        if (failure is not null)
        {
            SendingFailed(failure);
        }

        lock (_ending)
        {
            _endAfter = count;
        }

        CompleteAtEnd();
    }

    private static ZmtpException NetMqFailure(Exception e) => new($"NetMQ failed: {e.Message}", e);

    private async Task ConnectAsync(OwnListener listener, CancellationToken cancellationToken)
    {
        string address = $"tcp://{listener.EndPoint}";
        await _thread.InvokeAsync(() => Connect(address)).WaitAsync(cancellationToken).ConfigureAwait(false);
        var accepted = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);

        // No other comes, and no other process can take the port unnoticed: NetMQ does not connect again.
        listener.Dispose();
        _near = await ZmtpConnection.AcceptAsync(
            new NetworkStream(accepted, ownsSocket: true),
            new ZmtpOptions
            {
                SocketType = SocketType.Router,
                HandshakeTimeout = _options.HandshakeTimeout,
                MaxFrameSize = _options.MaxFrameSize,
                MaxMessageSize = _options.MaxMessageSize,
                MaxFramesPerMessage = _options.MaxFramesPerMessage,
            },
            cancellationToken).ConfigureAwait(false);
        _relay = new Relay(_near, _far, this);
        _relaying = Task.WhenAll(_relay.RunOutwardsAsync(_stop.Token), _relay.RunInwardsAsync(_stop.Token));
    }

    private void Connect(string address)
    {
        _socket = new DealerSocket();
        _socket.Options.Linger = TimeSpan.Zero; // What is to be sent is waited for before; see FlushAsync.
        _socket.Options.MaxMsgSize = _options.MaxFrameSize; // Of NetMQ, a frame's.

        // A lost connection is the end. Not -1: in 4.0.4.5 that ends the process where a socket cannot be created. Within a
        // day the socket is long closed.
        _socket.Options.ReconnectInterval = TimeSpan.FromDays(1);
        _socket.ReceiveReady += (_, _) => Receive();
        _socket.Connect(address);
        _thread.Add(_socket);
    }

    private void CloseSocket()
    {
        if (_socket is { } socket)
        {
            _socket = null;
            _thread.Remove(socket);
        }
    }

    private void PostSend()
    {
        if (Interlocked.Exchange(ref _sendIsPosted, 1) == 0)
        {
            _thread.Post(_send);
        }
    }

    // Here and below: on the socket thread.
    private void Send()
    {
        Volatile.Write(ref _sendIsPosted, 0);
        Interlocked.MemoryBarrier();
        Guarded(static connection => connection.SendPending());
    }

    private void Receive() => Guarded(static connection => connection.ReceivePending());

    private void Guarded(Action<DealerConnection> action)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            action(this);
        }
#pragma warning disable CA1031 // Whatever NetMQ throws, such as when it is cleaned up, is this connection's failure and no other's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(NetMqFailure(e));
            CloseSocket();
        }
    }

    private void SendPending()
    {
        if (_next == _batch.Count)
        {
            _batch.Clear();
            (_batch, _next) = (_outgoing.Take(_batch), 0);
        }

        for (; _next < _batch.Count; _next++)
        {
            var frame = _batch[_next];
            var msg = default(Msg);
            msg.InitGC(frame.Array, frame.Offset, frame.Length);
            if (!_socket!.TrySend(ref msg, TimeSpan.Zero, frame.More))
            {
                AwaitRoom();
                return;
            }
        }

        StopAwaitingRoom();
    }

    /// <summary>NetMQ's queue is at its high-water mark.</summary>
    private void AwaitRoom()
    {
        if (!_awaitsRoom)
        {
            _awaitsRoom = true;
            _socket!.SendReady += OnRoom;
        }
    }

    private void StopAwaitingRoom()
    {
        if (_awaitsRoom)
        {
            _awaitsRoom = false;
            _socket!.SendReady -= OnRoom;

            // There may be a batch more, written while there was no room.
            PostSend();
        }
    }

    private void OnRoom(object? sender, NetMQSocketEventArgs e) => Send();

    private void ReceivePending()
    {
        for (int i = 0; i < MaxFramesAtATime; i++)
        {
            var msg = default(Msg);
            msg.InitEmpty();
            if (!_socket!.TryReceive(ref msg, TimeSpan.Zero))
            {
                return;
            }

            _partial.Add(msg);
            if (!msg.HasMore)
            {
                _incoming.Add([.. _partial]);
                _partial.Clear();
                Interlocked.Increment(ref _received);
                CompleteAtEnd();
            }
        }
    }

    private void CompleteAtEnd()
    {
        lock (_ending)
        {
            if (Interlocked.Read(ref _received) < _endAfter)
            {
                return;
            }
        }

        _incoming.Complete(Volatile.Read(ref _failure));
    }
}
