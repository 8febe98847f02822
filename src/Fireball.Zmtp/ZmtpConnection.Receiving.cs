using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Fireball.Zmtp;

/// <content>Frames to messages. One reader at a time.</content>
public sealed partial class ZmtpConnection
{
    /// <summary>Commands accepted between the frames of one message: libzmq may put a PING there. 64, arbitrary.</summary>
    private const int MaxCommandsInMessage = 64;

    /// <summary>The longest command after the handshake, in bytes. ERROR with the longest reason has 262.</summary>
    private const int MaxCommandSize = 512;

    private readonly FrameBuffer _received;
    private readonly List<ReadOnlySequence<byte>> _rest = [];
    private readonly TaskCompletionSource _receiveEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (int Offset, int Length)[] _frames = new (int, int)[4];
    private int _frameCount;
    private int _parsed;
    private int _needed;
    private int _messageSize;
    private int _commandsInMessage;
    private bool _messageIsReady;
    private bool _messageIsOut;
    private bool _endOfStream;
    private string? _violation;
    private int _receiving;

    /// <summary>What the connection holds for bytes not consumed yet.</summary>
    internal int ReceiveBufferSize => _received.Array.Length;

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        TryPrepareMessage() ? new ValueTask<bool>(true)
        : _options.Eager ? ReceiveEagerlyAsync(cancellationToken)
        : ReceiveMessageAsync(cancellationToken);

    /// <inheritdoc/>
    public bool TryRead(out ReceivedMessage message)
    {
        if (!TryPrepareMessage())
        {
            message = default;
            return false;
        }

        _messageIsReady = false;
        _messageIsOut = true;
        _rest.Clear();
        for (var i = 2; i < _frameCount; i++)
        {
            _rest.Add(FrameAt(i));
        }

        message = new ReceivedMessage(
            _frameCount,
            FrameAt(0),
            _frameCount > 1 ? FrameAt(1) : ReadOnlySequence<byte>.Empty,
            _frameCount > 2 ? _rest : null);
        return true;
    }

    private ReadOnlySequence<byte> FrameAt(int index) =>
        new(_received.Array, _received.Start + _frames[index].Offset, _frames[index].Length);

    private bool TryPrepareMessage()
    {
        if (_messageIsReady)
        {
            return true;
        }

        if (_messageIsOut)
        {
            _received.Consume(_parsed);
            (_messageIsOut, _frameCount, _parsed, _messageSize, _commandsInMessage) = (false, 0, 0, 0, 0);
        }

        _messageIsReady = _violation is null && _handshake is null && TryParseMessage();
        return _messageIsReady;
    }

    /// <summary>Goes on parsing where it stopped. False: more bytes are needed, or <see cref="_violation"/> says what is wrong.</summary>
    private bool TryParseMessage()
    {
        while (true)
        {
            var input = _received.Unconsumed[_parsed..];
            var status = FrameHeader.TryParse(input, out var header, out var reason);
            if (status != ParseStatus.Complete)
            {
                _violation = status == ParseStatus.Invalid ? reason : null;
                _needed = _parsed + FrameHeader.LongSize;
                return false;
            }

            if (!IsAcceptable(header))
            {
                return false;
            }

            // Fits: the limits are at most 1 GiB.
            var size = header.Size + (int)header.BodyLength;
            if (input.Length < size)
            {
                _needed = _parsed + size;
                return false;
            }

            var body = input[header.Size..size];
            if (header.IsCommand)
            {
                if (!TryProcessCommand(body))
                {
                    return false;
                }

                // Between messages a command is forgotten at once; between frames its bytes go with the message's.
                if (_frameCount == 0)
                {
                    _received.Consume(size);
                }
                else
                {
                    _parsed += size;
                }

                continue;
            }

            if (_frameCount == _frames.Length)
            {
                Array.Resize(ref _frames, 2 * _frames.Length);
            }

            _frames[_frameCount++] = (_parsed + header.Size, body.Length);
            _messageSize += body.Length;
            _parsed += size;
            if (!header.More)
            {
                return true;
            }
        }
    }

    /// <summary>Checks a frame's length before any of its body is waited for.</summary>
    private bool IsAcceptable(FrameHeader header)
    {
        if (header.IsCommand)
        {
            if (header.BodyLength > MaxCommandSize)
            {
                _violation = $"the peer sent a command of {header.BodyLength} bytes, at most {MaxCommandSize} are accepted";
            }
            else if (_frameCount > 0 && ++_commandsInMessage > 2 * MaxCommandsInMessage)
            {
                _violation = "the peer sent too many commands inside a message";
            }
        }
        else if (header.BodyLength > _options.MaxFrameSize)
        {
            _violation = $"the peer sent a frame of {header.BodyLength} bytes, at most {_options.MaxFrameSize} are accepted";
        }
        else if (_messageSize + header.BodyLength > _options.MaxMessageSize)
        {
            _violation = $"the peer sent a message of more than {_options.MaxMessageSize} bytes";
        }
        else if (_frameCount == _options.MaxFramesPerMessage)
        {
            _violation = $"the peer sent a message of more than {_options.MaxFramesPerMessage} frames";
        }

        return _violation is null;
    }

    private bool TryProcessCommand(ReadOnlySpan<byte> body)
    {
        if (!Command.TryParse(body, out var command))
        {
            _violation = "the peer sent a malformed command";
        }
        else if (command.Name.SequenceEqual("PING"u8))
        {
            if (Heartbeat.TryParsePing(command.Data, out var ttl, out var context))
            {
                OnPing(ttl, context);
            }
            else
            {
                _violation = "the peer sent a malformed PING";
            }
        }
        else if (command.Name.SequenceEqual("PONG"u8))
        {
            // Any byte received counts as a sign of life; PONG itself says no more.
            _violation = command.Data.Length > Heartbeat.MaxContextSize ? "the peer sent a malformed PONG" : null;
        }
        else if (command.Name.SequenceEqual("ERROR"u8) && Command.TryParseErrorReason(command.Data, out var reason))
        {
            _violation = $"the peer ended the connection with ERROR: {reason}";
        }
        else
        {
            _violation = $"the peer sent the command {Command.Printable(command.Name)}, which this socket does not serve";
        }

        return _violation is null;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveMessageAsync(CancellationToken cancellationToken)
    {
        EnterReceiving();
        try
        {
            while (!IsAtEnd())
            {
                if (TakeReceived(await ReceiveAsync(cancellationToken).ConfigureAwait(false)))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw End(new ZmtpException($"the connection broke: {e.Message}", e));
        }
        finally
        {
            LeaveReceiving();
        }
    }

    /// <summary>
    /// The same for a connection that was opened eagerly, the peer's handshake first. Without the pool: an eager caller
    /// waits once or twice, and the pool's first use costs a quarter of a millisecond (it gauges the processor's number).
    /// </summary>
    private async ValueTask<bool> ReceiveEagerlyAsync(CancellationToken cancellationToken)
    {
        EnterReceiving();
        try
        {
            if (_handshake is { } handshake && _violation is null)
            {
                await FinishEagerAsync(handshake, cancellationToken).ConfigureAwait(false);
                if (TryPrepareMessage())
                {
                    return true;
                }
            }

            while (!IsAtEnd())
            {
                if (TakeReceived(await ReceiveAsync(cancellationToken).ConfigureAwait(false)))
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw End(new ZmtpException($"the connection broke: {e.Message}", e));
        }
        finally
        {
            LeaveReceiving();
        }
    }

    private static bool IsBroken(Exception failure) =>
        failure is IOException and not ZmtpException or SocketException or ObjectDisposedException;

    private void EnterReceiving()
    {
        if (Interlocked.Exchange(ref _receiving, 1) != 0)
        {
            throw new InvalidOperationException("The connection is being read already; it takes one reader at a time.");
        }
    }

    private void LeaveReceiving()
    {
        MarkIdle();
        Volatile.Write(ref _receiving, 0);
    }

    /// <summary>The peer has closed in order.</summary>
    /// <exception cref="ZmtpException">What it sent cannot be accepted.</exception>
    private bool IsAtEnd() => _violation is null ? _endOfStream : throw End(new ZmtpException(_violation));

    private ValueTask<int> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = _received.GetFreeSpace(_needed);
        MarkReceiving();
        return _stream.ReceiveAsync(buffer, cancellationToken);
    }

    /// <summary>Takes what was received, 0 for the end; true: a message is whole.</summary>
    private bool TakeReceived(int count)
    {
        MarkReceived();
        if (count == 0)
        {
            EndOfStream();
            return false;
        }

        _received.Received(count);
        return TryPrepareMessage();
    }

    private async ValueTask FinishEagerAsync(Mechanism handshake, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer? timeout = _options.HandshakeTimeout == Timeout.InfiniteTimeSpan
            ? null
            : _options.TimeProvider.CreateTimer(
                static limit => ((CancellationTokenSource)limit!).Cancel(), limit, _options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await FinishHandshakeAsync(handshake, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw End(new ZmtpException($"the handshake did not end within {_options.HandshakeTimeout.TotalSeconds:0.#} s") { HandshakeFailed = true });
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw End(new ZmtpException(
                e is ZmtpException ? e.Message : $"the connection broke in the handshake: {e.Message}", e)
            {
                HandshakeFailed = true,
            });
        }
    }

    private void EndOfStream()
    {
        if (_failure is not null)
        {
            throw End(_failure);
        }

        if (_frameCount > 0 || !_received.Unconsumed.IsEmpty)
        {
            throw End(new ZmtpException("the peer closed the connection inside a message"));
        }

        _endOfStream = true;
        _received.Release();
        _receiveEnded.TrySetResult();
        StopHeartbeats();
    }

    private ZmtpException End(Exception failure)
    {
        var first = Fail(failure);
        // Only here, in the reader's own call, is it certain that nothing is being read out of the buffer.
        _violation ??= first.Message;
        _received.Release();
        _receiveEnded.TrySetResult();
        return SendQueue.Wrap(first);
    }

    /// <summary>Reads and forgets until the peer closes, or lets the reader there is do so.</summary>
    private async ValueTask LingerAsync()
    {
        using var timeout = new CancellationTokenSource(_options.LingerTimeout, _options.TimeProvider);
        try
        {
            if (Volatile.Read(ref _receiving) != 0)
            {
                await _receiveEnded.Task.WaitAsync(timeout.Token).ConfigureAwait(false);
                return;
            }

            while (await WaitToReadAsync(timeout.Token).ConfigureAwait(false))
            {
                TryRead(out _);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // Waited long enough, or the connection is broken: both end it.
        }
    }
}
