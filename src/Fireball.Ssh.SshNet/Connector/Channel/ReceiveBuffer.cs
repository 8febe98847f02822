namespace Fireball.Ssh.SshNet;

/// <summary>
/// Bytes from a thread that may wait to a reader that may not: full, it holds the writer back, so that a slow reader slows
/// the host down and takes no memory. One writer, one reader; <see cref="End"/> and Dispose from anywhere.
/// </summary>
internal sealed class ReceiveBuffer : Stream
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _hasRoom = new(initialState: true);
    private readonly byte[] _ring;
    private readonly bool _readInline;
    private int _start;
    private int _length;
    private bool _ended;
    private Exception? _failure;
    private TaskCompletionSource? _reader;

    /// <summary>Creates an empty one.</summary>
    /// <param name="capacity">What is held at most, bytes.</param>
    /// <param name="readInline">
    /// The reader goes on, on the writer's thread: one thread less to wake. It must not wait there for the writer.
    /// </param>
    internal ReceiveBuffer(int capacity, bool readInline)
    {
        _ring = new byte[capacity];
        _readInline = readInline;
    }

    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Adds bytes; waits for room. After the end they are dropped.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            TaskCompletionSource? reader;
            lock (_gate)
            {
                if (_ended)
                {
                    return;
                }

                bytes = bytes[Copy(bytes)..];
                reader = _reader;
                _reader = null;
                if (!bytes.IsEmpty)
                {
                    _hasRoom.Reset();
                }
            }

            reader?.TrySetResult();
            if (!bytes.IsEmpty)
            {
                _hasRoom.Wait();
            }
        }
    }

    /// <summary>No more will come: reads give what there is, then the end or the failure. The first call counts.</summary>
    internal void End(Exception? failure = null)
    {
        TaskCompletionSource? reader;
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            _failure = failure;
            reader = _reader;
            _reader = null;
            _hasRoom.Set();
        }

        reader?.TrySetResult();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            TaskCompletionSource reader;
            lock (_gate)
            {
                if (_length > 0)
                {
                    return Take(buffer.Span);
                }

                if (_ended)
                {
                    return _failure is null ? 0 : throw new IOException(_failure.Message, _failure);
                }

                reader = _reader = new TaskCompletionSource(
                    _readInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
            }

            var registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), reader);
            await using (registration.ConfigureAwait(false))
            {
                await reader.Task.ConfigureAwait(false);
            }
        }

        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
        }

        base.Dispose(disposing);
    }

    private int Copy(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _ring.Length - _length);
        int end = (_start + _length) % _ring.Length;
        int first = Math.Min(count, _ring.Length - end);
        bytes[..first].CopyTo(_ring.AsSpan(end));
        bytes[first..count].CopyTo(_ring);
        _length += count;
        return count;
    }

    private int Take(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _length);
        int first = Math.Min(count, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(buffer);
        _ring.AsSpan(0, count - first).CopyTo(buffer[first..]);
        _start = (_start + count) % _ring.Length;
        _length -= count;
        if (_length <= _ring.Length / 2)
        {
            _hasRoom.Set();
        }

        return count;
    }
}
