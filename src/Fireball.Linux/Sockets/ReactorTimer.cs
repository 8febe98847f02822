namespace Fireball.Linux;

/// <summary>One timer of <see cref="ReactorTime"/>.</summary>
internal sealed class ReactorTimer(Reactor reactor, TimeProvider time, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period;
    private bool _disposed;

    /// <summary>When it is due, as the clock's time stamps go; null: never. Guarded by the reactor.</summary>
    internal long? Due { get; private set; }

    /// <inheritdoc />
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, Timeout.InfiniteTimeSpan);
        ArgumentOutOfRangeException.ThrowIfLessThan(period, Timeout.InfiniteTimeSpan);
        return reactor.Change(this, () =>
        {
            if (_disposed)
            {
                return false;
            }

            _period = period;
            Due = After(dueTime);
            return true;
        });
    }

    /// <inheritdoc />
    public void Dispose() => reactor.Change(this, () =>
    {
        (_disposed, Due) = (true, null);
        return true;
    });

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Milliseconds until it is due, not less; -1: it never is.</summary>
    internal double Remaining() => Due is { } due ? Math.Max(0, (due - time.GetTimestamp()) * 1000.0 / time.TimestampFrequency) : -1;

    /// <summary>It is run now: when it is due again. Under the reactor's lock.</summary>
    internal void Next() => Due = _period > TimeSpan.Zero ? After(_period) : null;

    internal void Run() => callback(state);

    private long? After(TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan ? null : time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
