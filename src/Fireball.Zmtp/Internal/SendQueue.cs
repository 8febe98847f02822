using System.Runtime.CompilerServices;

namespace Fireball.Zmtp;

/// <summary>
/// The sending half of a connection: callers encode under a lock into one buffer; a caller that flushes while no other
/// sends does the sending, inline, also for those who flush meanwhile.
/// </summary>
internal sealed class SendQueue
{
    /// <summary>
    /// Batches a flushing caller sends for others on its own thread before the thread pool takes over. 4, arbitrary:
    /// the hop costs about as much as one send, and no caller may be held for ever.
    /// </summary>
    private const int InlineBatches = 4;

    /// <summary>Answers to PING waiting to be sent, beyond which further PINGs go unanswered. 16, arbitrary.</summary>
    private const int MaxQueuedPongs = 16;

    private readonly Lock _gate = new();
    private readonly ByteStream _stream;
    private readonly long _maxUnsentBytes;
    private readonly Action<FlushWaiter> _recycle;
    private readonly Action _continueSending;
    private readonly Action<Exception> _onFailure;
    private SendBuffer _writing;
    private SendBuffer _sent;
    private FlushWaiter? _waitingForWriting;
    private FlushWaiter? _waitingForSending;
    private FlushWaiter? _freeWaiters;
    private Exception? _failure;
    private long _sendingLength;
    private bool _sending;
    private bool _encoding;
    private bool _closed;
    private int _queuedPongs;
    private ValueTask _pendingSend;

    public SendQueue(ByteStream stream, ZmtpOptions options, Action<Exception> onFailure)
    {
        _stream = stream;
        _maxUnsentBytes = options.MaxUnsentBytes;
        _writing = new SendBuffer(options.MaxFrameSize, options.MaxMessageSize);
        _sent = new SendBuffer(options.MaxFrameSize, options.MaxMessageSize);
        _onFailure = onFailure;
        _recycle = Recycle;
        _continueSending = ContinueSending;
    }

    public long UnsentBytes
    {
        get
        {
            lock (_gate)
            {
                return _writing.Length + _sendingLength;
            }
        }
    }

    public void Write<TState>(TState state, Action<IMessageWriter, TState> encode)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            if (_writing.Length + _sendingLength > _maxUnsentBytes)
            {
                throw new InvalidOperationException(
                    $"More than {_maxUnsentBytes} bytes are waiting to be sent: the writer must wait for FlushAsync.");
            }

            var mark = _writing.Mark;
            _encoding = true;
            try
            {
                encode(_writing, state);
                _writing.ThrowIfUnfinished();
            }
            catch
            {
                _writing.RollBack(mark);
                throw;
            }
            finally
            {
                _encoding = false;
            }
        }
    }

    /// <summary>Queues a command and starts sending it. A failure to send is kept for the next caller.</summary>
    public void Post(ReadOnlySpan<byte> command, bool isPong)
    {
        lock (_gate)
        {
            if (_failure is not null || _closed || isPong && _queuedPongs >= MaxQueuedPongs)
            {
                return;
            }

            _queuedPongs += isPong ? 1 : 0;
            _writing.WriteCommand(command);
            if (_sending)
            {
                return;
            }

            _sending = true;
        }

        StartSending(wait: false);
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        FlushWaiter? waiter;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return ValueTask.FromException(Wrap(_failure));
            }

            if (_encoding)
            {
                throw new InvalidOperationException("An encoder called back into its connection.");
            }

            if (!_sending)
            {
                if (_writing.Length == 0)
                {
                    return ValueTask.CompletedTask;
                }

                _sending = true;
                waiter = null;
            }
            else
            {
                waiter = _writing.Length > 0
                    ? Enlist(ref _waitingForWriting)
                    : Enlist(ref _waitingForSending);
            }
        }

        waiter ??= StartSending(wait: true);
        return waiter is null ? ValueTask.CompletedTask : WithCancellation(waiter.Task, cancellationToken);
    }

    /// <summary>Refuses further messages; what is written is still sent by <see cref="FlushAsync"/>.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    /// <summary>Fails what waits and what comes. The first failure stays.</summary>
    public void Fail(Exception failure)
    {
        FlushWaiter? waiters;
        lock (_gate)
        {
            _failure ??= failure;
            waiters = _waitingForWriting;
            _waitingForWriting = null;
            Append(ref waiters, _waitingForSending);
            _waitingForSending = null;
        }

        Complete(waiters, _failure);
    }

    /// <summary>After <see cref="Fail"/>: gives back the memory that no send is using.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _writing.Release();
            if (!_sending)
            {
                _sent.Release();
            }
        }
    }

    /// <summary>A failure as its next caller sees it: the same words, the first one inside.</summary>
    public static ZmtpException Wrap(Exception failure) => failure is ZmtpException zmtp
        ? new ZmtpException(zmtp.Message, zmtp) { PeerReason = zmtp.PeerReason, HandshakeFailed = zmtp.HandshakeFailed }
        : new ZmtpException(failure.Message, failure);

    private static ValueTask WithCancellation(ValueTask task, CancellationToken cancellationToken) =>
        task.IsCompleted || !cancellationToken.CanBeCanceled
            ? task
            : new ValueTask(task.AsTask().WaitAsync(cancellationToken));

    /// <summary>Sends inline as far as that goes without waiting; the rest goes on when the stream is ready.</summary>
    /// <param name="wait">Whether the caller wants to know when the first batch is sent.</param>
    /// <returns>What completes when the first batch is sent; null where it is already, or the caller does not want to know.</returns>
    private FlushWaiter? StartSending(bool wait)
    {
        for (var batch = 0; batch < InlineBatches; batch++)
        {
            if (!TryTakeBatch(out var chunks))
            {
                return null;
            }

            var send = StartSend(chunks);
            if (!send.IsCompletedSuccessfully)
            {
                // Only the first batch holds what this caller wrote.
                FlushWaiter? waiter = null;
                if (wait && batch == 0)
                {
                    lock (_gate)
                    {
                        waiter = Enlist(ref _waitingForSending);
                    }
                }

                _pendingSend = send;
                send.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_continueSending);
                return waiter;
            }

            send.GetAwaiter().GetResult();
            Sent();
        }

        ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.StartSending(wait: false), this, preferLocal: false);
        return null;
    }

    private void ContinueSending()
    {
        try
        {
            _pendingSend.GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // Whatever the stream threw is this connection's failure, told to every caller.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFailure(e);
            Fail(e);
            return;
        }

        Sent();
        StartSending(wait: false);
    }

    private ValueTask StartSend(List<SendBuffer.Chunk> chunks)
    {
        try
        {
            return SendAsync(chunks);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return ValueTask.FromException(e);
        }
    }

    private ValueTask SendAsync(List<SendBuffer.Chunk> chunks)
    {
        if (chunks.Count == 1)
        {
            return _stream.SendAsync(chunks[0].Array.AsMemory(0, chunks[0].Length));
        }

        return SendAllAsync(chunks);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAllAsync(List<SendBuffer.Chunk> chunks)
    {
        for (var i = 0; i < chunks.Count; i++)
        {
            if (chunks[i].Length > 0)
            {
                await _stream.SendAsync(chunks[i].Array.AsMemory(0, chunks[i].Length)).ConfigureAwait(false);
            }
        }
    }

    private bool TryTakeBatch(out List<SendBuffer.Chunk> chunks)
    {
        lock (_gate)
        {
            if (_failure is not null || _writing.Length == 0)
            {
                _sending = _failure is not null;
                chunks = null!;
                return false;
            }

            (_writing, _sent) = (_sent, _writing);
            chunks = _sent.Seal();
            _sendingLength = _sent.Length;
            _waitingForSending = _waitingForWriting;
            _waitingForWriting = null;
            _queuedPongs = 0;
            return true;
        }
    }

    private void Sent()
    {
        FlushWaiter? waiters;
        Exception? failure;
        lock (_gate)
        {
            _sent.Clear();
            _sendingLength = 0;
            failure = _failure;
            waiters = _waitingForSending;
            _waitingForSending = null;
        }

        Complete(waiters, failure);
    }

    // Called under the lock.
    private void ThrowIfUnusable()
    {
        if (_failure is not null)
        {
            throw Wrap(_failure);
        }

        if (_encoding)
        {
            throw new InvalidOperationException("An encoder called back into its connection.");
        }

        ObjectDisposedException.ThrowIf(_closed, typeof(ZmtpConnection));
    }

    // Called under the lock.
    private FlushWaiter Enlist(ref FlushWaiter? list)
    {
        var waiter = _freeWaiters ?? new FlushWaiter(_recycle);
        _freeWaiters = waiter.Next;
        waiter.Next = list;
        list = waiter;
        return waiter;
    }

    private void Recycle(FlushWaiter waiter)
    {
        lock (_gate)
        {
            waiter.Next = _freeWaiters;
            _freeWaiters = waiter;
        }
    }

    private static void Append(ref FlushWaiter? list, FlushWaiter? more)
    {
        if (list is null)
        {
            list = more;
            return;
        }

        var last = list;
        while (last.Next is not null)
        {
            last = last.Next;
        }

        last.Next = more;
    }

    private static void Complete(FlushWaiter? waiters, Exception? failure)
    {
        while (waiters is not null)
        {
            // Read first: a completed waiter may be reused at once.
            var next = waiters.Next;
            waiters.Complete(failure is null ? null : Wrap(failure));
            waiters = next;
        }
    }
}
