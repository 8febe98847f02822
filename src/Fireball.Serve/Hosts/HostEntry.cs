using System.Diagnostics;
using Fireball.Controller;
using Fireball.Ssh;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Serve;

/// <summary>One host that is kept connected, and who uses it. Thread-safe.</summary>
internal sealed class HostEntry : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;
    private readonly Action<HostEntry> _expired;
    private readonly Action<HostEntry> _changed;
    private TimeSpan _persist;
    private long _roundTripMicroseconds;
    private int _calls;
    private bool _closed;

    /// <summary>Nothing is connected yet, and nobody uses it.</summary>
    /// <param name="key">See <see cref="Client.HostKey"/>.</param>
    /// <param name="spec">The host, as its first caller named it.</param>
    /// <param name="options">How it is connected.</param>
    /// <param name="expired">Told when it has not been used for its time; nobody gets it any more then.</param>
    /// <param name="changed">Told when it is not as it was; must not block.</param>
    public HostEntry(
        string key, HostSpec spec, FireballOptions options, Action<HostEntry> expired, Action<HostEntry> changed)
    {
        Transport = AgentTransport.Parse(spec.Transport);
        Key = key;
        Spec = Shown(spec);
        _changed = changed;
        _time = options.TimeProvider;
        _expired = expired;
        _persist = HostRules.Persist(spec);
        FireballOptions own = options with { SshArguments = [.. spec.SshArguments], Transport = Transport };
        Connection = new HostConnection(
            spec.Destination, spec.Ssh.Length == 0 ? own : own with { Connector = SshConnectors.Parse(spec.Ssh) })
        {
            Changed = () => changed(this),
        };
        _expiry = _time.CreateTimer(static state => ((HostEntry)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Key { get; }

    public HostSpec Spec { get; }

    public AgentTransport Transport { get; }

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
        }

        _changed(this);
        return true;
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

        _changed(this);
    }

    /// <summary>Measures the round trip to the agent; one that is not connected, or does not answer, keeps its last time.</summary>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        if (Connection.Session is not { } session)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        try
        {
            await new Agent.AgentClient(session.Invoker)
                .PingAsync(new PingRequest(), cancellationToken: cancellationToken).ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException)
        {
            return;
        }

        Interlocked.Exchange(ref _roundTripMicroseconds, Math.Max(1, (long)Stopwatch.GetElapsedTime(start).TotalMicroseconds));
        _changed(this);
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
        var state = new HostState
        {
            Host = Spec,
            Key = Key,
            Transport = Transport.Name,
            Calls = (uint)Calls,
            RoundTripUs = (ulong)Interlocked.Read(ref _roundTripMicroseconds),
            State = Connection.State switch
            {
                HostConnectionState.Connected => HostState.Types.State.Connected,
                HostConnectionState.Lost => HostState.Types.State.Lost,
                _ => HostState.Types.State.Connecting,
            },
        };
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

    /// <summary>What others may be told of a caller's spec: his ssh agent is his own.</summary>
    private static HostSpec Shown(HostSpec spec)
    {
        HostSpec copy = spec.Clone();
        copy.ClearSshAuthSock();
        copy.Interactive = false;
        return copy;
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
