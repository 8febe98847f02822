using Fireball.Linux;

namespace Fireball.Ssh.SshNet;

/// <summary>
/// Bytes from a thread that may wait to a reader that may not: full, it holds the writer back, so that a slow reader slows
/// the host down and takes no memory. One writer, one reader; <see cref="End"/> and Dispose from anywhere.
/// </summary>
internal sealed class ReceiveBuffer : ReadOnlyStream
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _hasRoom = new(initialState: true);
    private readonly ByteRing _ring;
    private readonly int _capacity;
    private readonly bool _readInline;
    private readonly Action<int>? _onRead;
    private bool _ended;
    private Exception? _failure;
    private TaskCompletionSource? _reader;

    /// <summary>Creates an empty one.</summary>
    /// <param name="capacity">What is held at most, bytes.</param>
    /// <param name="readInline">
    /// The reader goes on, on the writer's thread: one thread less to wake. It must not wait there for the writer.
    /// </param>
    /// <param name="onRead">Told how many bytes the reader has taken, each time.</param>
    internal ReceiveBuffer(int capacity, bool readInline, Action<int>? onRead = null)
    {
        _ring = new ByteRing(capacity);
        _capacity = capacity;
        _readInline = readInline;
        _onRead = onRead;
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

                bytes = bytes[_ring.Add(bytes)..];
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
            TaskCompletionSource? reader;
            int count;
            lock (_gate)
            {
                count = _ring.Take(buffer.Span);
                if (count > 0 && _ring.Length <= _capacity / 2)
                {
                    _hasRoom.Set();
                }
                else if (count == 0 && _ended)
                {
                    return _failure is null ? 0 : throw new IOException(_failure.Message, _failure);
                }

                reader = count > 0 ? null : _reader = new TaskCompletionSource(
                    _readInline ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (reader is null)
            {
                _onRead?.Invoke(count);
                return count;
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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End(new IOException("the stream was closed"));
            lock (_gate)
            {
                _ring.Clear();
            }
        }

        base.Dispose(disposing);
    }
}
