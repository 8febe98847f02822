using System.Buffers;
using System.IO.Pipelines;

namespace Fireball.Kestrel;

/// <summary>
/// What Kestrel sends: gathered in one piece of memory and written as one on each flush, which ends when the stream has
/// taken all of it. One caller at a time, as of any pipe; Kestrel sees to that.
/// </summary>
/// <param name="inner">The stream; it belongs to the connection.</param>
/// <param name="ended">Called when writing has failed.</param>
internal sealed class StreamOutput(Stream inner, Action ended) : PipeWriter
{
    /// <summary>The first piece: the frames of a short answer fit.</summary>
    private const int SmallestBuffer = 4 * 1024;

    private readonly Lock _gate = new();
    private TaskCompletionSource? _flushing;
    private byte[] _buffer = [];
    private int _filled;
    private volatile bool _completed;
    private volatile bool _cancelled;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _filled;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_filled);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_filled);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _filled);
        _filled += bytes;
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_filled > 0 && BeginFlush())
        {
            try
            {
                // Not with the caller's token: half a frame on the wire would be worse than a wait, which an abort ends.
                await inner.WriteAsync(_buffer.AsMemory(0, _filled), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                // Told by the result, as a pipe tells it whose reader has left.
                _completed = true;
                ended();
            }
            finally
            {
                EndFlush();
            }
        }

        var cancelled = _cancelled;
        _cancelled = false;
        return new FlushResult(cancelled, _completed);
    }

    /// <summary>The next flush says so; one that waits for the peer is ended by closing the stream.</summary>
    public override void CancelPendingFlush() => _cancelled = true;

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            _completed = true;
            if (_flushing is null)
            {
                Clear();
            }
        }
    }

    /// <summary>Waits for the flush that is under way, if one is.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _flushing?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
        }
    }

    /// <summary>False: completed; nothing is written any more.</summary>
    private bool BeginFlush()
    {
        lock (_gate)
        {
            if (_completed)
            {
                return false;
            }

            _flushing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    private void EndFlush()
    {
        lock (_gate)
        {
            Clear();
            _flushing!.SetResult();
            _flushing = null;
        }
    }

    private void Reserve(int sizeHint)
    {
        if (_buffer.Length - _filled >= Math.Max(sizeHint, 1))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBuffer, Math.Max(2 * _filled, _filled + sizeHint)));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
    }

    /// <summary>A connection that is silent holds no memory for what it sends.</summary>
    private void Clear()
    {
        _filled = 0;
        Return(_buffer);
        _buffer = [];
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
