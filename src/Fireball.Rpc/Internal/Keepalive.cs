using Fireball.Rpc.V1;

namespace Fireball.Rpc;

/// <summary>
/// Asks the peer whether it is alive when it has been silent, and fails the connection when it stays so. One timer
/// that is never touched by traffic: receiving only takes a time stamp.
/// </summary>
internal sealed class Keepalive : IDisposable
{
    /// <summary>A timer that fires later than this tells that the process was stopped: far more than a busy machine delays it.</summary>
    private static readonly TimeSpan MaxLateness = TimeSpan.FromSeconds(2);

    private readonly ChannelEnd _channel;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pingAfter;
    private readonly TimeSpan _deadAfter;
    private readonly Lock _gate = new();

    // Null: this side never asks.
    private readonly ITimer? _timer;
    private long _heard;

    // When the timer had to fire.
    private long _due;
    private ulong _pings;
    private bool _disposed;

    internal Keepalive(ChannelEnd channel, TimeSpan pingAfter, TimeSpan deadAfter)
    {
        _channel = channel;
        _time = channel.Options.TimeProvider;
        _pingAfter = pingAfter;
        _deadAfter = deadAfter;
        _heard = _time.GetTimestamp();
        _timer = pingAfter == Timeout.InfiniteTimeSpan
            ? null
            : _time.CreateTimer(static state => ((Keepalive)state!).Check(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal void Start() => Arm(_pingAfter);

    internal void Heard() => Volatile.Write(ref _heard, _time.GetTimestamp());

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer?.Dispose();
    }

    private void Check()
    {
        var silence = _time.GetElapsedTime(Volatile.Read(ref _heard));

        // Late, this process did not run meanwhile, stopped from a terminal or with its machine: what the peer sent may lie unread.
        bool wasStopped = _time.GetElapsedTime(Volatile.Read(ref _due)) > MaxLateness;
        if (silence >= _deadAfter && !wasStopped)
        {
            _channel.Fail(new IOException(
                _channel.Options.WhenSilent ?? $"nothing was received from the peer for {silence.TotalSeconds:0.#} s: the link is taken for dead",
                new TimeoutException()));
            return;
        }

        if (silence < _pingAfter)
        {
            Arm(_pingAfter - silence);
            return;
        }

        Arm(silence >= _deadAfter ? _pingAfter : TimeSpan.FromTicks(Math.Min((_deadAfter - silence).Ticks, _pingAfter.Ticks)));
        _channel.WriteEnvelope(new Envelope { Ping = new Ping { Number = ++_pings } });
        _channel.Flush();
    }

    private void Arm(TimeSpan due)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                // Not less than a millisecond: a timer of 0 would fire again and again for a rest of a tick.
                due = due < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : due;
                Volatile.Write(ref _due, _time.GetTimestamp() + (long)(due.TotalSeconds * _time.TimestampFrequency));
                _timer?.Change(due, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
