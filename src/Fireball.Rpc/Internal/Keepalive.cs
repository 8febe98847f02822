using Fireball.Rpc.V1;

namespace Fireball.Rpc;

/// <summary>
/// Asks the peer whether it is alive when it has been silent, and fails the connection when it stays so. One timer
/// that is never touched by traffic: receiving only takes a time stamp.
/// </summary>
internal sealed class Keepalive : IDisposable
{
    private readonly ChannelEnd _channel;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pingAfter;
    private readonly TimeSpan _deadAfter;
    private readonly Lock _gate = new();

    // Null: this side never asks.
    private readonly ITimer? _timer;
    private long _heard;
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
        if (silence >= _deadAfter)
        {
            _channel.Fail(new IOException(
                $"nothing was received from the peer for {silence.TotalSeconds:0.#} s: the link is taken for dead"));
            return;
        }

        if (silence < _pingAfter)
        {
            Arm(_pingAfter - silence);
            return;
        }

        Arm(TimeSpan.FromTicks(Math.Min((_deadAfter - silence).Ticks, _pingAfter.Ticks)));
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
                _timer?.Change(due < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : due, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
