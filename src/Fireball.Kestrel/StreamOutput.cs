using System.Diagnostics;
using System.IO.Pipelines;

namespace Fireball.Kestrel;

/// <summary>
/// What Kestrel sends: gathered in one piece of memory and written on flush. A flush that comes alone is written at once,
/// without another thread. Those of many short answers come in a row, and are written together as soon as Kestrel
/// pauses. Either way no more waits here than <see cref="MaxPending"/>: a slow reader makes the flush wait.
/// One caller at a time, as of any pipe; Kestrel sees to that.
/// </summary>
/// <param name="inner">The stream; it belongs to the connection.</param>
/// <param name="ended">Called when writing has failed.</param>
internal sealed class StreamOutput(Stream inner, Action ended) : PipeWriter, IThreadPoolWorkItem
{
    /// <summary>What may wait to be written together: some 100 short answers. More is worth a write of its own.</summary>
    private const int MaxPending = 16 * 1024;

    /// <summary>
    /// Flushes closer than this are a row: half of what a call alone takes from the last answer to the next, so that a
    /// caller who waits for each answer gets each one at once.
    /// </summary>
    private static readonly TimeSpan Row = TimeSpan.FromMicroseconds(15);

    private readonly Lock _gate = new();
    private readonly GatherBuffer _unflushed = new();
    private readonly GatherBuffer _pending = new();
    private TaskCompletionSource? _writing;
    private long _lastFlush;
    private volatile bool _completed;
    private volatile bool _cancelled;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed.Count;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _unflushed.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _unflushed.GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _unflushed.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var last = _lastFlush;
        _lastFlush = Stopwatch.GetTimestamp();
        if (_unflushed.Count == 0 || (Stopwatch.GetElapsedTime(last, _lastFlush) < Row && TryDefer()))
        {
            return new(Result());
        }

        return WriteUnflushedAsync();
    }

    /// <summary>The next flush says so; one that waits for the peer is ended by closing the stream.</summary>
    public override void CancelPendingFlush() => _cancelled = true;

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            _completed = true;
            if (_writing is null)
            {
                _unflushed.Clear();
                _pending.Clear();
            }
        }
    }

    /// <summary>Waits until what was flushed is written.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _writing?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
        }
    }

    /// <summary>Writes what was put off.</summary>
    void IThreadPoolWorkItem.Execute() => _ = WritePendingAsync();

    /// <summary>Puts what was flushed to the rest that waits; false: it has to be written.</summary>
    private bool TryDefer()
    {
        lock (_gate)
        {
            if (_completed)
            {
                return true;
            }

            if (_pending.Count + _unflushed.Count > MaxPending)
            {
                return false;
            }

            _pending.Append(_unflushed);
            if (_writing is not null)
            {
                return true;
            }

            _writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        // To this thread's own queue: it comes to it when Kestrel has nothing more to flush.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        return true;
    }

    private async ValueTask<FlushResult> WriteUnflushedAsync()
    {
        // What was put off goes first.
        await DrainAsync(CancellationToken.None).ConfigureAwait(false);
        lock (_gate)
        {
            if (_completed)
            {
                return Result();
            }

            _writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await WriteAsync(_unflushed).ConfigureAwait(false);
        lock (_gate)
        {
            EndWriting();
        }

        return Result();
    }

    private async Task WritePendingAsync()
    {
        var batch = new GatherBuffer();
        while (true)
        {
            lock (_gate)
            {
                if (_pending.Count == 0 || _completed)
                {
                    EndWriting();
                    return;
                }

                batch.Take(_pending);
            }

            await WriteAsync(batch).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(GatherBuffer data)
    {
        try
        {
            // Without a token: half a frame on the wire would be worse than a wait, which closing the stream ends.
            await inner.WriteAsync(data.Filled, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // Told by the result of the flush, as a pipe tells it whose reader has left.
            _completed = true;
            ended();
        }
        finally
        {
            data.Clear();
        }
    }

    private void EndWriting()
    {
        if (_completed)
        {
            _unflushed.Clear();
            _pending.Clear();
        }

        _writing!.SetResult();
        _writing = null;
    }

    private FlushResult Result()
    {
        var cancelled = _cancelled;
        _cancelled = false;
        return new FlushResult(cancelled, _completed);
    }
}
