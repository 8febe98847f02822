namespace Fireball.Zmtp.NetMQ;

/// <summary>
/// The sending half of a connection: callers encode under a lock; the thread that owns NetMQ's socket takes what there is;
/// a caller that flushes waits until it is told that what was written is sent.
/// </summary>
internal sealed class OutgoingQueue(ZmtpOptions limits)
{
    private readonly Lock _gate = new();
    private readonly FrameWriter _writer = new(limits.MaxFrameSize, limits.MaxMessageSize);
    private readonly Queue<(long Written, TaskCompletionSource Sent)> _waiting = new();
    private (long Written, TaskCompletionSource Sent) _last;
    private Exception? _failure;
    private long _sent;
    private bool _encoding;
    private bool _closed;

    public long UnsentBytes
    {
        get
        {
            lock (_gate)
            {
                return _writer.Written - _sent;
            }
        }
    }

    public void Write<TState>(TState state, Action<IMessageWriter, TState> encode)
    {
        ArgumentNullException.ThrowIfNull(encode);
        lock (_gate)
        {
            if (_failure is not null)
            {
                throw KeptFailure.Again(_failure);
            }

            ThrowIfEncoding();
            ObjectDisposedException.ThrowIf(_closed, typeof(IMessageConnection));
            if (_writer.Written - _sent > limits.MaxUnsentBytes)
            {
                throw new InvalidOperationException(
                    $"More than {limits.MaxUnsentBytes} bytes are waiting to be sent: the writer must wait for FlushAsync.");
            }

            (int frames, long written) = (_writer.Frames.Count, _writer.Written);
            _encoding = true;
            try
            {
                encode(_writer, state);
                _writer.ThrowIfUnfinished();
            }
            catch
            {
                _writer.RollBack(frames, written);
                throw;
            }
            finally
            {
                _encoding = false;
            }
        }
    }

    /// <summary>What completes when all that is written now is sent.</summary>
    /// <param name="isNew">Something of it was not taken yet: the thread that sends is to be woken.</param>
    public Task FlushAsync(out bool isNew)
    {
        lock (_gate)
        {
            isNew = false;
            if (_failure is not null)
            {
                return Task.FromException(KeptFailure.Again(_failure));
            }

            ThrowIfEncoding();
            if (_writer.Written == _sent)
            {
                return Task.CompletedTask;
            }

            isNew = _writer.Frames.Count > 0;
            if (_waiting.Count > 0 && _last.Written == _writer.Written)
            {
                return _last.Sent.Task;
            }

            _last = (_writer.Written, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Enqueue(_last);
            return _last.Sent.Task;
        }
    }

    /// <summary>What was written, in exchange for an empty list.</summary>
    public List<Frame> Take(List<Frame> empty)
    {
        lock (_gate)
        {
            if (_writer.Frames.Count == 0)
            {
                return empty;
            }

            var frames = _writer.Frames;
            _writer.Frames = empty;
            return frames;
        }
    }

    /// <summary>Messages of this cost more are sent.</summary>
    public void Sent(long cost)
    {
        lock (_gate)
        {
            _sent += cost;
            while (_waiting.TryPeek(out var first) && first.Written <= _sent)
            {
                _waiting.Dequeue();
                first.Sent.TrySetResult();
            }
        }
    }

    /// <summary>Refuses further messages; what is written is still sent.</summary>
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
        lock (_gate)
        {
            _failure ??= failure;
            while (_waiting.TryDequeue(out var waiting))
            {
                waiting.Sent.TrySetException(KeptFailure.Again(_failure));

                // Who gave up waiting does not look at it.
                _ = waiting.Sent.Task.Exception;
            }
        }
    }

    private void ThrowIfEncoding()
    {
        if (_encoding)
        {
            throw new InvalidOperationException("An encoder called back into its connection.");
        }
    }
}
