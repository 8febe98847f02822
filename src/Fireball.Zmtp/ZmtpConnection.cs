using System.IO.Pipelines;

namespace Fireball.Zmtp;

/// <summary>A ZMTP 3.1 connection (RFC 37) over a stream, after its handshake.</summary>
public sealed partial class ZmtpConnection : IMessageConnection
{
    private readonly ZmtpOptions _options;
    private readonly ByteStream _stream;
    private readonly SendQueue _send;

    // Under way; null: done.
    private Mechanism? _handshake;
    private Exception? _failure;
    private int _disposed;
    private bool _sendIsShut;

    /// <summary>Our half of the handshake is sent; the peer's follows by <see cref="Complete"/>.</summary>
    private ZmtpConnection(ZmtpOptions options, ByteStream stream, FrameBuffer received, Mechanism handshake)
    {
        _options = options;
        _stream = stream;
        _received = received;
        _handshake = handshake;
        _send = new SendQueue(stream, options, OnSendFailed);
    }

    /// <summary>The socket type the peer announced. This and what follows are known when the peer's handshake is whole.</summary>
    public SocketType PeerSocketType { get; private set; }

    /// <summary>All properties the peer announced, by case-insensitive name.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> PeerProperties { get; private set; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>The identity the peer announced; empty where it announced none.</summary>
    public ReadOnlyMemory<byte> PeerIdentity { get; private set; }

    /// <summary>The version of ZMTP the peer speaks, 3.0 or later.</summary>
    public Version PeerVersion { get; private set; } = new(3, 0);

    /// <inheritdoc/>
    public int MaxMessageSize => _options.MaxMessageSize;

    /// <inheritdoc/>
    public long UnsentBytes => _send.UnsentBytes;

    /// <summary>Handshakes as the client over <paramref name="stream"/>, which the connection then owns.</summary>
    /// <exception cref="ZmtpException">
    /// The peer refused, violated the protocol, did not finish in time, or the stream broke. The stream is disposed.
    /// </exception>
    public static Task<ZmtpConnection> ConnectAsync(
        Stream stream, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return HandshakeAsync(ByteStream.Over(stream), options, asServer: false, cancellationToken);
    }

    /// <summary>Handshakes as the client over a pair of pipes, which the connection then owns.</summary>
    /// <inheritdoc cref="ConnectAsync(Stream, ZmtpOptions, CancellationToken)"/>
    public static Task<ZmtpConnection> ConnectAsync(
        IDuplexPipe pipe, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return HandshakeAsync(ByteStream.Over(pipe), options, asServer: false, cancellationToken);
    }

    /// <summary>
    /// Handshakes as the client over two streams, which the connection then owns. Disposing <paramref name="output"/> must
    /// tell the peer that no more comes, and leave <paramref name="input"/> readable.
    /// </summary>
    /// <inheritdoc cref="ConnectAsync(Stream, ZmtpOptions, CancellationToken)"/>
    public static Task<ZmtpConnection> ConnectAsync(
        Stream input, Stream output, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        return HandshakeAsync(new PairedByteStream(input, output), options, asServer: false, cancellationToken);
    }

    /// <summary>Handshakes as the server over <paramref name="stream"/>, which the connection then owns.</summary>
    /// <inheritdoc cref="ConnectAsync(Stream, ZmtpOptions, CancellationToken)"/>
    public static Task<ZmtpConnection> AcceptAsync(
        Stream stream, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return HandshakeAsync(ByteStream.Over(stream), options, asServer: true, cancellationToken);
    }

    /// <summary>
    /// Handshakes as the server over two streams, which the connection then owns. Disposing <paramref name="output"/> must
    /// tell the peer that no more comes, and leave <paramref name="input"/> readable.
    /// </summary>
    /// <inheritdoc cref="ConnectAsync(Stream, ZmtpOptions, CancellationToken)"/>
    public static Task<ZmtpConnection> AcceptAsync(
        Stream input, Stream output, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        return HandshakeAsync(new PairedByteStream(input, output), options, asServer: true, cancellationToken);
    }

    /// <summary>Handshakes as the server over a pair of pipes, which the connection then owns.</summary>
    /// <inheritdoc cref="ConnectAsync(Stream, ZmtpOptions, CancellationToken)"/>
    public static Task<ZmtpConnection> AcceptAsync(
        IDuplexPipe pipe, ZmtpOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return HandshakeAsync(ByteStream.Over(pipe), options, asServer: true, cancellationToken);
    }

    /// <inheritdoc/>
    public void Write<TState>(TState state, Action<IMessageWriter, TState> encode)
    {
        ArgumentNullException.ThrowIfNull(encode);
        _send.Write(state, encode);
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => _send.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>What the peer still sends can be read until it closes in turn.</remarks>
    public async ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        _send.Close();
        await _send.FlushAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _stream.ShutdownSendAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The peer is gone already and cannot be told.
            return;
        }

        _sendIsShut = true;
    }

    /// <summary>
    /// Ends the connection. After <see cref="CloseAsync"/> it first waits, at most
    /// <see cref="ZmtpOptions.LingerTimeout"/>, for the peer to close in turn: a socket closed with bytes unread resets
    /// the peer, which may then lose what it has not read yet.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_sendIsShut && _failure is null)
        {
            await LingerAsync().ConfigureAwait(false);
        }

        Fail(new ZmtpException("the connection was disposed"));
        StopHeartbeats();
        _send.Release();
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The carrier broke before: that is told already.
        }
    }

    /// <summary>Ends everything with <paramref name="failure"/>, unless something failed before; returns the first failure.</summary>
    private Exception Fail(Exception failure)
    {
        var first = Interlocked.CompareExchange(ref _failure, failure, null) ?? failure;
        _send.Fail(first);
        try
        {
            _stream.Abort();
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // Broken before.
        }

        return first;
    }

    // Nothing is aborted: what the peer sent before it went can still be read.
    private void OnSendFailed(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);
}
