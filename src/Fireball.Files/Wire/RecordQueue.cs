using Fireball.V1;

namespace Fireball.Files;

/// <summary>
/// A bounded queue from an asynchronous producer to a thread that blocks. The thread sleeps at once when there is
/// nothing: a wait that spins first would take the processor from ssh, which is what a copy waits for.
/// </summary>
/// <remarks>One producer and one consumer.</remarks>
internal sealed class RecordQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly Queue<(IReadOnlyList<FileRecord> Records, IDisposable? Memory)> _items = new(capacity);
    private TaskCompletionSource? _space;
    private bool _ended;

    /// <summary>Adds; completes when there was room. False: the consumer has stopped.</summary>
    public async ValueTask<bool> AddAsync(
        (IReadOnlyList<FileRecord> Records, IDisposable? Memory) item, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Also where there is room: what a reader had read ahead must not complete a copy that was given up.
            cancellationToken.ThrowIfCancellationRequested();
            Task space;
            lock (_gate)
            {
                if (_ended)
                {
                    return false;
                }

                if (_items.Count < capacity)
                {
                    _items.Enqueue(item);
                    Monitor.Pulse(_gate);
                    return true;
                }

                _space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                space = _space.Task;
            }

            await space.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>No more is added; what is queued is still taken.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
            Release();
        }
    }

    /// <summary>Takes the next; blocks until there is one. False: ended, and all was taken.</summary>
    public bool TryTake(out (IReadOnlyList<FileRecord> Records, IDisposable? Memory) item)
    {
        lock (_gate)
        {
            while (_items.Count == 0 && !_ended)
            {
                Monitor.Wait(_gate);
            }

            // Woken at half, the producer fills several places in one go.
            bool taken = _items.TryDequeue(out item);
            if (_items.Count <= capacity / 2)
            {
                Release();
            }

            return taken;
        }
    }

    private void Release()
    {
        _space?.TrySetResult();
        _space = null;
    }
}
