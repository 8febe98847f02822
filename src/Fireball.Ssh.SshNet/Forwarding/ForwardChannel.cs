using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// One channel to a Unix-domain socket on the host: what is sent on it, on a thread of its own, since SSH.NET waits there
/// for the socket. What is received comes on the thread that receives for the connection, which never waits here: the host
/// may send no more than there is room for. Thread-safe, but for one reader and one writer at a time.
/// </summary>
internal sealed partial class ForwardChannel : IDisposable
{
    // Bytes that wait to be sent at most; arbitrary: four of the largest chunks of a copy.
    private const int SendLimit = 256 << 10;

    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _work = new();
    private readonly TaskCompletionSource<string?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ChannelWindows _windows = new();
    private readonly ByteRing _outgoing = new(SendLimit);
    private readonly Action<Message> _send;
    private readonly Action<uint> _onEnd;
    private TaskCompletionSource? _room;
    private IOException? _failure;
    private uint _remote;
    private int _unanswered;
    private bool _isOpen;
    private bool _isClosing;
    private bool _isClosedByHost;
    private bool _isOver;

    /// <summary>Begins with nothing.</summary>
    /// <param name="number">Its number at this end.</param>
    /// <param name="send">Sends a message; may wait, and throws when the connection is gone.</param>
    /// <param name="onEnd">Told its number when nothing can come for it any more.</param>
    internal ForwardChannel(uint number, Action<Message> send, Action<uint> onEnd)
    {
        Number = number;
        _send = send;
        _onEnd = onEnd;
        Received = new ReceiveBuffer(ChannelWindows.Receiving, readInline: true, OnRead);
    }

    /// <summary>Its number at this end.</summary>
    internal uint Number { get; }

    /// <summary>What has come and is not read.</summary>
    internal ReceiveBuffer Received { get; }

    /// <summary>Opens it; null: it is open, otherwise the host's words.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    internal async Task<string?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        new Thread(() => Run(path)) { IsBackground = true, Name = "sshnet forward" }.Start();
        try
        {
            return await _opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Where the host opens it after all, it is closed then.
            Dispose();
            throw;
        }
    }

    /// <summary>Queues bytes; waits for room, asynchronously.</summary>
    /// <exception cref="IOException">It is closed, or its connection is gone.</exception>
    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_failure is not null)
                {
                    throw new IOException(_failure.Message, _failure);
                }

                bytes = bytes[_outgoing.Add(bytes.Span)..];
                _work.Set();
                if (bytes.IsEmpty)
                {
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Closes it. What is queued is still sent as far as the host has room for it now, since it need not read any more; what
    /// was received and not read is dropped.
    /// </summary>
    public void Dispose()
    {
        Fail(new IOException("the stream was closed"), isOver: false);
        Received.Dispose();
    }

    /// <summary>The connection is gone.</summary>
    internal void Lose(IOException failure) => Fail(failure, isOver: true);

    // From now on nothing is taken, and each caller that waits is told why. Over: nothing can be sent either.
    private void Fail(IOException failure, bool isOver)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _failure ??= failure;
            _isClosing = true;
            _isOver |= isOver;
            room = _room;
            _room = null;
            _work.Set();
        }

        _opened.TrySetException(failure);
        _ = _opened.Task.Exception;
        Received.End(failure);
        room?.TrySetResult();
    }

    private void OnRead(int bytes)
    {
        lock (_gate)
        {
            _windows.Read(bytes);
            if (_windows.OwesRoom)
            {
                _work.Set();
            }
        }
    }

    private void Run(string path)
    {
        byte[] packet = new byte[ChannelWindows.MaxPacket];
        try
        {
            _send(new ChannelOpenMessage(
                Number, ChannelWindows.Receiving, ChannelWindows.MaxPacket, new StreamLocalInfo(path)));
            bool isLast = false;
            while (!isLast)
            {
                _work.Wait();
                if (Next(packet, out isLast) is { } message)
                {
                    _send(message);
                }
            }
        }
        catch (Exception e)
        {
            // Of SSH.NET, or of the socket below it: the connection is gone.
            Fail(new IOException("the ssh connection ended: " + e.Message, e), isOver: true);
            _onEnd(Number);
        }

        lock (_gate)
        {
            _outgoing.Clear();
        }
    }

    // What to send now; null: nothing yet, or nothing any more.
    private Message? Next(byte[] packet, out bool isLast)
    {
        TaskCompletionSource? room = null;
        Message? message = null;
        lock (_gate)
        {
            isLast = _isOver;
            int count;
            if (isLast)
            {
                return null;
            }
            else if (!_isOpen)
            {
                _work.Reset();
            }
            else if (_unanswered > 0 && !_isClosedByHost)
            {
                _unanswered--;
                message = new ChannelFailureMessage(_remote);
            }
            else if (_windows.OwesRoom && !_isClosing)
            {
                message = new ChannelWindowAdjustMessage(_remote, _windows.GiveBack());
            }
            else if (!_isClosedByHost && (count = _outgoing.Take(packet.AsSpan(0, _windows.Sendable))) > 0)
            {
                _windows.Sent(count);
                message = new ChannelDataMessage(_remote, packet, 0, count);
                (room, _room) = (_room, null);
            }
            else if (_isClosing)
            {
                isLast = _isOver = true;
                message = new ChannelCloseMessage(_remote);
            }
            else
            {
                _work.Reset();
            }
        }

        room?.TrySetResult();
        return message;
    }
}
