using System.Threading.Tasks.Sources;

namespace Fireball.Linux;

/// <summary>
/// One direction of a descriptor that is watched edge-triggered: remembers an edge that was not waited for, and
/// wakes the one who waits. Protocol: try the call; on EAGAIN wait; try again.
/// </summary>
/// <param name="inline">
/// What waits goes on on the reactor's thread: one thread less to wake, but it must not block. Only for an edge; a
/// failure is told on the thread pool, since the code that fails it holds locks of its own.
/// </param>
internal sealed class Readiness(bool inline = false) : IValueTaskSource
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationTokenRegistration _registration;
    private bool _ready;
    private bool _waiting;
    private bool _closed;

    /// <summary>Waits for the next edge, or takes the one that has come already.</summary>
    internal ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(ReactorStream));
            if (_ready)
            {
                _ready = false;
                return ValueTask.CompletedTask;
            }

            _source.Reset();
            _source.RunContinuationsAsynchronously = !inline;
            _waiting = true;
        }

        if (cancellationToken.CanBeCanceled)
        {
            // May run at once; the waiter's task is then already failed.
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((Readiness)state!).Fail(new OperationCanceledException(token)), this);
        }

        return new ValueTask(this, _source.Version);
    }

    /// <summary>An edge.</summary>
    internal void Set()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                _ready = true;
                return;
            }

            _waiting = false;
        }

        _source.SetResult(true);
    }

    /// <summary>No edge comes any more.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        Fail(new ObjectDisposedException(nameof(ReactorStream)));
    }

    void IValueTaskSource.GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        _ = _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Fail(Exception reason)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _source.RunContinuationsAsynchronously = true;
        _source.SetException(reason);
    }
}
