using Fireball.Controller;
using Fireball.Ssh;
using Fireball.V1;

namespace Fireball.Serve;

/// <summary>One host that is kept connected, and who uses it. Thread-safe.</summary>
internal sealed class HostEntry : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;
    private readonly Action<HostEntry> _expired;
    private TimeSpan _persist;
    private int _calls;
    private bool _closed;

    public HostEntry(string key, HostSpec spec, FireballOptions options, Action<HostEntry> expired)
    {
        Key = key;
        Spec = spec;
        _time = options.TimeProvider;
        _expired = expired;
        _persist = TimeSpan.FromMilliseconds(spec.PersistMs);
        Connection = new HostConnection(spec.Destination, options with { SshArguments = [.. spec.SshArguments] });
        _expiry = _time.CreateTimer(static state => ((HostEntry)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Key { get; }

    public HostSpec Spec { get; }

    public HostConnection Connection { get; }

    /// <summary>Calls open now, connecting included.</summary>
    public int Calls
    {
        get
        {
            lock (_lock)
            {
                return _calls;
            }
        }
    }

    /// <summary>Keeps the connection at least until <see cref="Release"/>. False: it is being closed.</summary>
    public bool TryAcquire()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            _calls++;
            _expiry.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>Ends a use; after the last one the connection has its time left.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (--_calls == 0 && !_closed)
            {
                _expiry.Change(_persist, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The time after the last use, as the latest caller wants it.</summary>
    public void Keep(TimeSpan persist)
    {
        lock (_lock)
        {
            _persist = persist;
        }
    }

    /// <summary>Nobody gets it any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    public HostState Describe()
    {
        var state = new HostState { Host = Spec, Key = Key, Transport = "zmq", Calls = (uint)Calls };
        if (Connection.Session is { } session)
        {
            state.AgentVersion = session.Ssh.Agent.Version;
            state.AgentPid = (uint)session.Ssh.Agent.Pid;
            state.Route = session.Ssh.Route == SshRoute.Forward ? "forward" : "bridge";
            state.RouteReason = session.Ssh.RouteReason ?? "";
            state.Uploaded = session.Ssh.Agent.Uploaded;
            state.ConnectedMs = (ulong)_time.GetElapsedTime(session.StartedAt).TotalMilliseconds;
        }

        return state;
    }

    public async ValueTask DisposeAsync()
    {
        Close();
        await _expiry.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private void Expire()
    {
        lock (_lock)
        {
            if (_calls > 0 || _closed)
            {
                return;
            }

            _closed = true;
        }

        _expired(this);
    }
}
