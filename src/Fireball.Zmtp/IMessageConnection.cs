namespace Fireball.Zmtp;

/// <summary>
/// One established (handshaken) connection that carries multipart messages, in order and whole, in both directions.
/// What travels between Fireball's peers is written against this interface; ZMTP over a stream is its default
/// implementation, and other engines fit in here.
/// </summary>
/// <remarks>
/// Writing is safe from any thread. Reading is for one reader at a time. Once the connection has failed, every member
/// that can fail throws the first failure.
/// </remarks>
public interface IMessageConnection : IAsyncDisposable
{
    /// <summary>The largest message that may be written or received, all frames together, in bytes.</summary>
    int MaxMessageSize { get; }

    /// <summary>
    /// Bytes written but not yet accepted by the stream. A writer that finds this high should wait for
    /// <see cref="FlushAsync"/> before it writes more.
    /// </summary>
    long UnsentBytes { get; }

    /// <summary>
    /// Appends messages to the send buffer without performing I/O. <paramref name="encode"/> runs under the
    /// connection's send lock, so what it writes leaves contiguously; it must not block or call back into the connection.
    /// </summary>
    /// <remarks>If <paramref name="encode"/> throws, nothing of what it wrote is sent.</remarks>
    void Write<TState>(TState state, Action<IMessageWriter, TState> encode);

    /// <summary>
    /// Sends everything written so far. Concurrent callers share one send: what several calls wrote leaves in one
    /// write to the stream.
    /// </summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until <see cref="TryRead"/> can return a message. False: the peer closed the connection in order,
    /// between two messages.
    /// </summary>
    /// <exception cref="IOException">The connection broke, or the peer violated the protocol.</exception>
    ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the next message that is already buffered. Its frames are valid until the next call of
    /// <see cref="TryRead"/> or <see cref="WaitToReadAsync"/>.
    /// </summary>
    bool TryRead(out ReceivedMessage message);

    /// <summary>
    /// Closes in order: flushes what was written, tells the stream that no more comes, and lets the peer read it.
    /// Disposal without this may lose what was written last.
    /// </summary>
    ValueTask CloseAsync(CancellationToken cancellationToken = default);
}
