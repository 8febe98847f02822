namespace Fireball.Zmtp;

/// <content>
/// PING on time, PONG in answer, and the verdict on a silent peer. Silence counts only while bytes are being waited
/// for: a reader that does not come is not the peer's fault.
/// </content>
public sealed partial class ZmtpConnection
{
    private readonly Lock _heartbeatGate = new();
    private ITimer? _pingTimer;
    private ITimer? _ttlTimer;
    private TimeSpan _peerTtl;
    private long _lastReceived;
    private long _receiveStarted;
    private bool _waitsForBytes;
    private bool _pingIsUnanswered;
    private long _pingSent;
    private long _nextPing;

    private TimeProvider Clock => _options.TimeProvider;

    private void StartHeartbeats()
    {
        _lastReceived = Clock.GetTimestamp();
        // RFC 37 brought PING; a peer of 3.0 would close on it.
        if (_options.HeartbeatInterval > TimeSpan.Zero && PeerVersion >= new Version(3, 1))
        {
            _nextPing = After(_lastReceived, _options.HeartbeatInterval);
            _pingTimer = Clock.CreateTimer(
                static state => ((ZmtpConnection)state!).OnPingTimer(), this, _options.HeartbeatInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void StopHeartbeats()
    {
        lock (_heartbeatGate)
        {
            _pingTimer?.Dispose();
            _ttlTimer?.Dispose();
            _pingTimer = _ttlTimer = null;
        }
    }

    private void MarkReceiving()
    {
        Volatile.Write(ref _receiveStarted, Clock.GetTimestamp());
        Volatile.Write(ref _waitsForBytes, true);
    }

    private void MarkReceived()
    {
        Volatile.Write(ref _waitsForBytes, false);
        Volatile.Write(ref _lastReceived, Clock.GetTimestamp());
    }

    private void MarkIdle() => Volatile.Write(ref _waitsForBytes, false);

    private void OnPing(TimeSpan ttl, ReadOnlySpan<byte> context)
    {
        Span<byte> pong = stackalloc byte[Heartbeat.MaxBodySize];
        _send.Post(pong[..Heartbeat.WritePong(pong, context)], isPong: true);
        if (ttl == _peerTtl)
        {
            return;
        }

        lock (_heartbeatGate)
        {
            _peerTtl = ttl;
            _ttlTimer?.Dispose();
            _ttlTimer = ttl == TimeSpan.Zero || _disposed != 0
                ? null
                : Clock.CreateTimer(
                    static state => ((ZmtpConnection)state!).OnTtlTimer(), this, ttl, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTtlTimer()
    {
        lock (_heartbeatGate)
        {
            if (_ttlTimer is null)
            {
                return;
            }

            var silence = Silence(Volatile.Read(ref _lastReceived));
            if (silence < _peerTtl)
            {
                _ttlTimer.Change(_peerTtl - silence, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Fail(new ZmtpException($"the peer was silent for the {_peerTtl.TotalSeconds:0.#} s it announced as its time to live"));
    }

    private void OnPingTimer()
    {
        var timeout = _options.HeartbeatTimeout > TimeSpan.Zero ? _options.HeartbeatTimeout : _options.HeartbeatInterval;
        lock (_heartbeatGate)
        {
            if (_pingTimer is null)
            {
                return;
            }

            var now = Clock.GetTimestamp();
            if (_pingIsUnanswered && Volatile.Read(ref _lastReceived) >= _pingSent)
            {
                _pingIsUnanswered = false;
            }

            if (!_pingIsUnanswered || Silence(_pingSent) < timeout)
            {
                if (now >= _nextPing)
                {
                    SendPing(now);
                }

                var next = Clock.GetElapsedTime(now, _nextPing);
                if (_pingIsUnanswered && Silence(_pingSent) is var silence && timeout - silence < next)
                {
                    next = timeout - silence;
                }

                _pingTimer.Change(next > TimeSpan.Zero ? next : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Fail(new ZmtpException($"the peer did not answer PING within {timeout.TotalSeconds:0.###} s"));
    }

    private void SendPing(long now)
    {
        Span<byte> ping = stackalloc byte[Heartbeat.MaxBodySize];
        _send.Post(ping[..Heartbeat.WritePing(ping, _options.HeartbeatTtl)], isPong: false);
        _nextPing = After(now, _options.HeartbeatInterval);
        if (!_pingIsUnanswered)
        {
            (_pingIsUnanswered, _pingSent) = (true, now);
        }
    }

    /// <summary>How long bytes have been waited for in vain since <paramref name="since"/>.</summary>
    private TimeSpan Silence(long since)
    {
        if (!Volatile.Read(ref _waitsForBytes))
        {
            return TimeSpan.Zero;
        }

        return Clock.GetElapsedTime(Math.Max(since, Volatile.Read(ref _receiveStarted)));
    }

    private long After(long timestamp, TimeSpan time) =>
        timestamp + (long)(time.TotalSeconds * Clock.TimestampFrequency);
}
