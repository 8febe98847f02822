namespace Fireball.Agent.Core;

/// <summary>How many calls are open, and since when none is.</summary>
public sealed class CallActivity(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _since = time.GetTimestamp();
    private int _open;

    /// <summary>Told after each end of a call; must not block.</summary>
    public Action? CallEnded { get; set; }

    /// <summary>How long no call has been open; zero while one is.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_gate)
            {
                return _open > 0 ? TimeSpan.Zero : time.GetElapsedTime(_since);
            }
        }
    }

    /// <summary>A call begins; it ends when the result is disposed.</summary>
    public IDisposable Enter()
    {
        lock (_gate)
        {
            _open++;
        }

        return new Call(this);
    }

    private void Leave()
    {
        lock (_gate)
        {
            _open--;
            _since = time.GetTimestamp();
        }

        CallEnded?.Invoke();
    }

    private sealed class Call(CallActivity activity) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                activity.Leave();
            }
        }
    }
}
