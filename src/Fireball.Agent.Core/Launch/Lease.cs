namespace Fireball.Agent.Core;

/// <summary>
/// How long the agent stays: while an authenticated owner is connected and calls now and then, and for a while without one.
/// By the monotonic clock.
/// </summary>
internal sealed class Lease : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CallActivity _activity;
    private readonly TimeSpan _withoutOwner;
    private readonly TimeSpan _withoutCall;
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private long _ownerLostAt;
    private int _owners;

    /// <summary>Begins without an owner.</summary>
    internal Lease(TimeSpan withoutOwner, TimeSpan withoutCall, CallActivity activity, TimeProvider time)
    {
        (_withoutOwner, _withoutCall, _activity, _time) = (withoutOwner, withoutCall, activity, time);
        _ownerLostAt = time.GetTimestamp();
        _timer = time.CreateTimer(
            static state => ((Lease)state!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Check();
    }

    /// <summary>Completes with the reason when the agent is to leave.</summary>
    internal Task<string> Ended => _ended.Task;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>An owner has authenticated.</summary>
    internal void OwnerCame()
    {
        lock (_gate)
        {
            _owners++;
        }

        Check();
    }

    /// <summary>An owner's connection has ended.</summary>
    internal void OwnerWent()
    {
        lock (_gate)
        {
            _owners--;
            _ownerLostAt = _time.GetTimestamp();
        }

        Check();
    }

    // Runs when something changed, and when the time that is left may be over; then sets the timer for what is left.
    private void Check()
    {
        lock (_gate)
        {
            var left = _owners > 0
                ? _withoutCall - _activity.Idle
                : _withoutOwner - _time.GetElapsedTime(_ownerLostAt);
            if (left <= TimeSpan.Zero)
            {
                _ended.TrySetResult(_owners > 0
                    ? $"no call for {_withoutCall.TotalSeconds:0.#} s"
                    : $"no owner for {_withoutOwner.TotalSeconds:0.#} s");
            }
            else if (!_ended.Task.IsCompleted)
            {
                // A timer may fire up to one tick early.
                _timer.Change(left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }
    }
}
