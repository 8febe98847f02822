using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using global::NetMQ;
using global::NetMQ.Sockets;

namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// A NetMQ ROUTER socket on a loopback TCP port, whose peers are connections: one for each routing identity, from its first
/// message on. For programs and tests on a machine whose users trust each other; thread-safe.
/// </summary>
/// <remarks>
/// What NetMQ does not do, and why no agent is served by it: it knows neither the peer's user nor PLAIN, so every peer that
/// reaches the port is served. It tells that a peer has gone, not whether it closed in order. It closes no peer alone: where a
/// connection is closed here, its peer is told nothing, what it still sends is dropped, and it is cut off with all others
/// when the host is disposed, of which NetMQ then tells each with one message more, the host's end mark. What waits is bounded by <see cref="QueuedMessages"/> messages to a peer, by
/// <see cref="MaxUnreadBytes"/> from all peers together, and by <see cref="MaxPeers"/>; but a peer that sends a message of
/// endless frames has NetMQ take them all.
/// </remarks>
public sealed class NetMqRouterHost : IAsyncDisposable
{
    /// <summary>Peers at a time; what further ones send is dropped. Arbitrary: above the bursts of hosts.</summary>
    public const int MaxPeers = 256;

    /// <summary>
    /// Messages to a peer that NetMQ takes, beyond which <see cref="IMessageConnection.FlushAsync"/> waits. 256: with the 64
    /// KiB that Fireball sends at a time 16 MiB; NetMQ counts no bytes.
    /// </summary>
    public const int QueuedMessages = 256;

    /// <summary>
    /// Bytes received and not yet read, of all peers together, beyond which nothing is received: NetMQ has one queue, so a
    /// connection that is not read then holds up all others. 16 MiB: four of the largest messages.
    /// </summary>
    public const long MaxUnreadBytes = 16 << 20;

    /// <summary>Length of an end mark that was not given, in bytes; random, so that it is no message of a peer.</summary>
    private const int EndMarkSize = 32;

    /// <summary>Frames taken from NetMQ at a time before the thread's other sockets have their turn. Arbitrary.</summary>
    private const int MaxFramesAtATime = 256;

    /// <summary>
    /// How soon a full queue is looked at again: NetMQ does not tell when one peer's has room. 1 ms, the timers' finest step.
    /// </summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(1);

    private readonly ZmtpOptions _options;
    private readonly Action<Exception>? _refused;
    private readonly Action<Exception> _threadFailed;
    private readonly SocketThread _thread;
    private readonly byte[] _endMark;
    private readonly Channel<IMessageConnection> _accepted = Channel.CreateBounded<IMessageConnection>(MaxPeers);
    private long _unread;
    private int _disposed;

    // The socket thread's own.
    private readonly Dictionary<string, RouterConnection> _peers = new(StringComparer.Ordinal);
    private readonly HashSet<RouterConnection> _blocked = [];
    private readonly NetMQTimer _retry = new(RetryDelay) { Enable = false };
    private readonly List<Msg> _partial = [];
    private RouterSocket? _socket;
    private bool _isPaused;

    private NetMqRouterHost(ZmtpOptions options, ReadOnlyMemory<byte> endMark, Action<Exception>? refused)
    {
        _options = options;
        _endMark = endMark.IsEmpty ? RandomNumberGenerator.GetBytes(EndMarkSize) : endMark.ToArray();
        _refused = refused;
        _threadFailed = e => FailAll(new ZmtpException($"NetMQ failed: {e.Message}", e));
        _thread = SocketThread.Acquire(_threadFailed);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint { get; private set; } = null!;

    /// <summary>Listens.</summary>
    /// <param name="endPoint">An IPv4 loopback address; port 0: any that is free.</param>
    /// <param name="options">The limits of each connection; mechanism and socket type are NULL and ROUTER whatever it says.</param>
    /// <param name="endMark">
    /// The message of one frame that stands for a peer's end here, and that peers are sent when the host is disposed: for
    /// programs whose peers take no random bytes. No peer's own message may be the same. Empty: 32 random bytes.
    /// </param>
    /// <param name="refused">Told of every peer that is not served, and why. Called on one thread; must not throw or wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task<NetMqRouterHost> StartAsync(
        IPEndPoint endPoint,
        ZmtpOptions options,
        ReadOnlyMemory<byte> endMark = default,
        Action<Exception>? refused = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentNullException.ThrowIfNull(options);
        if (endPoint.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork || !IPAddress.IsLoopback(endPoint.Address))
        {
            throw new ArgumentException($"{endPoint} is not an IPv4 loopback address: NetMQ checks neither a peer's user nor its secret.", nameof(endPoint));
        }

        var host = new NetMqRouterHost(options, endMark, refused);
        try
        {
            await host._thread.InvokeAsync(() => host.Bind(endPoint)).WaitAsync(cancellationToken).ConfigureAwait(false);
            return host;
        }
        catch (Exception e)
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw e is NetMQException ? new IOException($"cannot listen on {endPoint}: {e.Message}", e) : e;
        }
    }

    /// <summary>The next new peer's connection.</summary>
    /// <exception cref="ChannelClosedException">The host is disposed.</exception>
    public ValueTask<IMessageConnection> AcceptAsync(CancellationToken cancellationToken = default) =>
        _accepted.Reader.ReadAsync(cancellationToken);

    /// <summary>
    /// Hands what was written to NetMQ and closes the socket and with it every peer, both within
    /// <see cref="ZmtpOptions.LingerTimeout"/>. NetMQ then resets its TCP connections: what a peer has not read yet may be
    /// lost, so calls that matter are finished before, and clients close first.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _accepted.Writer.TryComplete();
        using var linger = new CancellationTokenSource(_options.LingerTimeout, _options.TimeProvider);
        Task[] flushes = [];
        await _thread.InvokeAsync(() => flushes = [.. _peers.Values.Select(peer => peer.FlushAsync(linger.Token).AsTask())]).ConfigureAwait(false);
        try
        {
            await Task.WhenAll(flushes).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // That peer is gone, or does not read.
        }

        await _thread.InvokeAsync(CloseSocket).ConfigureAwait(false);
        FailAll(new ZmtpException("the host was disposed"));
        _thread.Release(_threadFailed);
    }

    /// <summary>Sends what this connection has written.</summary>
    internal void PostSend(Action send) => _thread.Post(send);

    /// <summary>Read by a connection.</summary>
    internal void Taken(long cost)
    {
        long before = Interlocked.Add(ref _unread, -cost) + cost;
        if (before > MaxUnreadBytes / 2 && before - cost <= MaxUnreadBytes / 2)
        {
            _thread.Post(Resume);
        }
    }

    /// <summary>On the socket thread: sends what it has, as far as NetMQ takes it.</summary>
    internal void Send(RouterConnection peer)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            if (peer.TrySend(_socket))
            {
                _blocked.Remove(peer);
            }
            else if (_blocked.Add(peer))
            {
                _retry.Enable = true;
            }
        }
        catch (HostUnreachableException e)
        {
            _blocked.Remove(peer);
            peer.Fail(new ZmtpException("the peer closed the connection", e));
        }
#pragma warning disable CA1031 // As in DealerConnection: NetMQ's failure is the connections', not the process's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            FailAll(new ZmtpException($"NetMQ failed: {e.Message}", e));
        }
    }

    private void Bind(IPEndPoint endPoint)
    {
        var socket = new RouterSocket();
        _socket = socket;
        socket.Options.RouterMandatory = true; // Else what finds no room is dropped without a word.
        socket.Options.SendHighWatermark = QueuedMessages;
        socket.Options.MaxMsgSize = _options.MaxFrameSize; // Of NetMQ, a frame's.
        socket.Options.Linger = _options.LingerTimeout;
        socket.Options.DisconnectMessage = _endMark;
        int port = endPoint.Port;
        if (port == 0)
        {
            port = socket.BindRandomPort($"tcp://{endPoint.Address}");
        }
        else
        {
            socket.Bind($"tcp://{endPoint}");
        }

        LocalEndPoint = new IPEndPoint(endPoint.Address, port);
        _retry.Elapsed += (_, _) => SendBlocked();
        socket.ReceiveReady += OnReceiveReady;
        _thread.Add(socket);
        _thread.Add(_retry);
    }

    private void CloseSocket()
    {
        if (_socket is { } socket)
        {
            _socket = null;
            _retry.Enable = false;
            _thread.Remove(socket, _retry);
        }
    }

    private void SendBlocked()
    {
        foreach (var peer in _blocked.ToArray())
        {
            Send(peer);
        }

        _retry.Enable = _blocked.Count > 0;
    }

    private void Resume()
    {
        if (_isPaused && _socket is not null)
        {
            _isPaused = false;
            _socket.ReceiveReady += OnReceiveReady;
        }
    }

    private void OnReceiveReady(object? sender, NetMQSocketEventArgs e)
    {
        try
        {
            Receive();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            FailAll(new ZmtpException($"NetMQ failed: {failure.Message}", failure));
            CloseSocket();
        }
    }

    private void Receive()
    {
        for (int i = 0; i < MaxFramesAtATime && _socket is not null; i++)
        {
            // Never inside a message: what waits is counted by messages.
            if (_partial.Count == 0 && Interlocked.Read(ref _unread) > MaxUnreadBytes)
            {
                _isPaused = true;
                _socket.ReceiveReady -= OnReceiveReady;

                // It may have been read in between.
                if (Interlocked.Read(ref _unread) <= MaxUnreadBytes / 2)
                {
                    Resume();
                }

                return;
            }

            var msg = default(Msg);
            msg.InitEmpty();
            if (!_socket.TryReceive(ref msg, TimeSpan.Zero))
            {
                return;
            }

            _partial.Add(msg);
            if (!msg.HasMore)
            {
                Msg[] frames = [.. _partial];
                _partial.Clear();
                Deliver(frames);
            }
        }
    }

    /// <summary>A whole message; its first frame is the identity.</summary>
    private void Deliver(Msg[] frames)
    {
        string identity = Convert.ToHexString(frames[0].Slice());
        Msg[] message = frames[1..];
        bool isEnd = message.Length == 1 && message[0].Slice().SequenceEqual(_endMark);
        if (!_peers.TryGetValue(identity, out var peer))
        {
            if (isEnd || Accept(identity, frames[0].ToArray()) is not { } accepted)
            {
                return;
            }

            peer = accepted;
        }

        if (isEnd)
        {
            _peers.Remove(identity);
            _blocked.Remove(peer);
            peer.End();
            return;
        }

        long cost = IncomingQueue.CostOf(message);
        Interlocked.Add(ref _unread, cost);
        if (!peer.TryAdd(message))
        {
            Taken(cost);
        }
    }

    private RouterConnection? Accept(string identity, byte[] id)
    {
        if (_peers.Count >= MaxPeers)
        {
            _refused?.Invoke(new ZmtpException($"a peer is not served: there are {MaxPeers} others"));
            return null;
        }

        var peer = new RouterConnection(this, id, _options);
        if (!_accepted.Writer.TryWrite(peer))
        {
            _refused?.Invoke(new ZmtpException("a peer is not served: too many wait to be taken, or the host is disposed"));
            return null;
        }

        _peers.Add(identity, peer);
        return peer;
    }

    private void FailAll(ZmtpException failure)
    {
        _accepted.Writer.TryComplete();
        foreach (var peer in _peers.Values.ToArray())
        {
            peer.Fail(failure);
        }
    }
}
