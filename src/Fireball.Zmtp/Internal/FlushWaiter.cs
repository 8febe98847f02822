using System.Threading.Tasks.Sources;

namespace Fireball.Zmtp;

/// <summary>One caller waiting for a send that another one performs. Reused.</summary>
internal sealed class FlushWaiter : IValueTaskSource
{
    private readonly Action<FlushWaiter> _recycle;
    private ManualResetValueTaskSourceCore<bool> _core;

    public FlushWaiter(Action<FlushWaiter> recycle)
    {
        _recycle = recycle;
        // The sender's thread goes on sending; it must not run what waited for it.
        _core.RunContinuationsAsynchronously = true;
    }

    /// <summary>The next in a list of waiters or of waiters to reuse.</summary>
    public FlushWaiter? Next { get; set; }

    public ValueTask Task => new(this, _core.Version);

    public void Complete(Exception? failure)
    {
        if (failure is null)
        {
            _core.SetResult(true);
        }
        else
        {
            _core.SetException(failure);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _recycle(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
