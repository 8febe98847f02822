using System.Diagnostics;
using Fireball.Controller;
using Fireball.Deploy;
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

    /// <summary>Nothing is connected yet, and no call uses it.</summary>
    /// <param name="key">See <see cref="HostKey"/>.</param>
    /// <param name="spec">The host, as its first caller named it.</param>
    /// <param name="options">How it is connected.</param>
    /// <param name="expired">Told when it has not been used for its time; no call gets it any more then.</param>
    /// <param name="changed">Told when it is not as it was; must not block.</param>
    public HostEntry(
        string key, HostSpec spec, FireballOptions options, Action<HostEntry> expired, Action<HostEntry> changed)
    {
        Transport = AgentTransports.All.Get(spec.Transport);
        Key = key;
        Spec = Shown(spec);
        _changed = changed;
        _time = options.TimeProvider;
        _expired = expired;
        _persist = HostRules.Persist(spec);
        FireballOptions own = options with { SshArguments = [.. spec.SshArguments], Transport = Transport };
        Connection = new HostLink(
            spec.Destination, spec.Ssh.Length == 0 ? own : own with { Connector = SshConnectors.All.Get(spec.Ssh) })
        {
            Changed = () => changed(this),
        };
        _expiry = _time.CreateTimer(static state => ((HostEntry)state!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Key { get; }

    public HostSpec Spec { get; }

    public AgentTransport Transport { get; }

    public HostLink Connection { get; }

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
    /// <param name="atLeast">It has this much left, even where its callers want it for less.</param>
    public void Release(TimeSpan atLeast = default)
    {
        lock (_lock)
        {
            if (--_calls == 0 && !_closed)
            {
                _expiry.Change(_persist > atLeast ? _persist : atLeast, Timeout.InfiniteTimeSpan);
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
            await new AgentService.AgentServiceClient(session.Invoker)
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

    /// <summary>No call gets it any more.</summary>
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
            RoundTrip = Interlocked.Read(ref _roundTripMicroseconds) is > 0 and var measured
                ? Durations.Of(TimeSpan.FromMicroseconds(measured))
                : null,
            State = Connection.State switch
            {
                HostLinkState.Connected => HostState.Types.State.Connected,
                HostLinkState.Lost => HostState.Types.State.Lost,
                _ => HostState.Types.State.Connecting,
            },
        };
        if (Connection.Session is { } session)
        {
            state.AgentVersion = session.Tunnel.Agent.Version;
            state.AgentPid = (uint)session.Tunnel.Agent.Pid;
            state.Route = session.Tunnel.Route == TunnelRoute.Forward ? Route.Forward : Route.Bridge;
            state.RouteReason = session.Tunnel.RouteReason ?? "";
            state.Uploaded = session.Tunnel.Agent.Uploaded;
            state.ConnectedFor = Durations.Of(_time.GetElapsedTime(session.StartedAt));
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
