namespace Fireball.Linux;

/// <summary>
/// The system's clock, with timers that a reactor's own thread waits for and runs, in the same wait as all else: a program that
/// lives for milliseconds starts no thread for a timer that it hardly ever needs. Callbacks must not block. Thread-safe.
/// </summary>
public sealed class ReactorTime : TimeProvider
{
    private readonly Reactor _reactor;

    internal ReactorTime(Reactor reactor) => _reactor = reactor;

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ReactorTimer(_reactor, this, callback, state);
        _ = timer.Change(dueTime, period);
        return timer;
    }
}
