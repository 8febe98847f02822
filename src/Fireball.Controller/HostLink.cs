using System.Runtime.CompilerServices;
using Fireball.Deploy;
using Fireball.Ssh;
using Fireball.V1;
using Grpc.Core;

namespace Fireball.Controller;

/// <summary>
/// A link over an ssh of its own: connects when first needed and again when the session was lost; concurrent callers
/// share one attempt. Disposal shuts the agent down. Thread-safe.
/// </summary>
public sealed class HostLink : IHostLink
{
    private readonly string _destination;
    private readonly FireballOptions _options;
    private readonly SemaphoreSlim _connecting = new(1, 1);

    // Which agent the calls of an invoker went to, for as long as a caller has the invoker.
    private readonly ConditionalWeakTable<CallInvoker, string> _agents = [];
    private HostSession? _session;
    private volatile bool _isConnecting;
    private bool _disposed;

    /// <summary>Nothing is connected before the first call.</summary>
    /// <param name="destination">As ssh takes it.</param>
    /// <param name="options">How; its arguments for ssh too.</param>
    public HostLink(string destination, FireballOptions options)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(options);
        _destination = destination;
        _options = options;
    }

    /// <summary>The session as it is now; null: there is none.</summary>
    public HostSession? Session => _session is { Ended.IsCompleted: false } session ? session : null;

    /// <summary>Told when <see cref="State"/> may have changed, on any thread; must not block or throw.</summary>
    public Action? Changed { get; init; }

    /// <summary>What is known of the link now.</summary>
    public HostLinkState State =>
        Session is not null ? HostLinkState.Connected
        : _isConnecting ? HostLinkState.Connecting
        : _session is not null ? HostLinkState.Lost
        : HostLinkState.None;

    /// <summary>Connects, or finds the host connected.</summary>
    /// <param name="prompter">Answers what ssh asks meanwhile; null: questions fail.</param>
    /// <param name="progress">Told what is happening.</param>
    /// <param name="cancellationToken">Stops connecting.</param>
    /// <exception cref="ConnectException">With the step that failed and why.</exception>
    public Task<HostSession> ConnectAsync(
        IPrompter? prompter, IProgress<string>? progress, CancellationToken cancellationToken = default) =>
        ConnectAsync(prompter, progress, _options.AuthenticationSocket, cancellationToken);

    /// <summary>As above, for a client with an SSH_AUTH_SOCK of its own.</summary>
    /// <param name="prompter">Answers what ssh asks meanwhile; null: questions fail.</param>
    /// <param name="progress">Told what is happening.</param>
    /// <param name="authenticationSocket">See <see cref="FireballOptions.AuthenticationSocket"/>.</param>
    /// <param name="cancellationToken">Stops connecting.</param>
    /// <exception cref="ConnectException">With the step that failed and why.</exception>
    public async Task<HostSession> ConnectAsync(
        IPrompter? prompter,
        IProgress<string>? progress,
        string? authenticationSocket,
        CancellationToken cancellationToken)
    {
        if (Session is { } connected)
        {
            return connected;
        }

        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Session is { } other)
            {
                return other;
            }

            // It stays what was lost until another one is there: the next try comes back to its agent too.
            AgentLaunch? lost = null;
            if (_session is { } dead)
            {
                lost = dead.IsWithin(_options.Lease) ? dead.Tunnel.Agent : null;
                await dead.DisposeAsync().ConfigureAwait(false);
            }

            SetConnecting(true);
            SshTarget target = SshTarget.Parse(_destination, _options.SshArguments);
            FireballOptions options = _options with { AuthenticationSocket = authenticationSocket };
            var opener = new SessionOpener(target, options, lost, prompter, progress);
            HostSession session = await ConnectPolicy.Connecting(_destination, opener, options).ExecuteAsync(
                static (opener, cancel) => opener.RunAsync(cancel), opener, cancellationToken).ConfigureAwait(false);
            _agents.Add(session.Invoker, session.Tunnel.Agent.SocketPath);
            _session = session;
            HostLog.Connected(_options.Logger, _destination, session.Tunnel.Route);
            _ = TellEndAsync(session);
            return session;
        }
        catch (TunnelException failure)
        {
            throw new ConnectException(_destination, PhaseName(failure.Phase), failure.Message, failure)
            {
                IsRetryable = failure.IsRetryable,
            };
        }
        catch (FormatException failure)
        {
            throw new ConnectException(_destination, PhaseName(ConnectPhase.Resolve), failure.Message, failure);
        }
        finally
        {
            SetConnecting(false);
            _connecting.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask<CallInvoker> GetInvokerAsync(CancellationToken cancellationToken) =>
        Session is { } session
            ? session.Invoker
            : (await ConnectAsync(_options.Prompter, _options.Progress, cancellationToken).ConfigureAwait(false)).Invoker;

    /// <inheritdoc />
    public async ValueTask<bool> MendAsync(
        CallInvoker used, RpcException failure, int attempt, CancellationToken cancellationToken)
    {
        if (attempt >= ConnectPolicy.CallAttempts)
        {
            return false;
        }

        // The call's failure may be known before the connection's end is.
        if (_session is { } session && ReferenceEquals(session.Invoker, used))
        {
            await session.DisposeAsync().ConfigureAwait(false);
            await session.Ended.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <inheritdoc />
    public string? AgentOf(CallInvoker used, RpcException failure) =>
        _agents.TryGetValue(used, out string? agent) && agent.Length > 0 ? agent : null;

    /// <inheritdoc />
    public async Task<ShutdownResponse> ShutdownAsync(bool removeExecutable, CancellationToken cancellationToken)
    {
        HostSession session = Session
            ?? await ConnectAsync(_options.Prompter, _options.Progress, cancellationToken).ConfigureAwait(false);
        return await session.ShutdownAsync(removeExecutable, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (Session is { } session)
            {
                try
                {
                    await session.ShutdownAsync(removeExecutable: false).ConfigureAwait(false);
                }
                catch (Exception error) when (error is RpcException or OperationCanceledException)
                {
                    // The link died first; the agent leaves by its lease.
                }
            }
            else if (_session is { } dead)
            {
                await dead.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>The name of a step as it is shown and sent.</summary>
    internal static string PhaseName(ConnectPhase phase) => phase switch
    {
        ConnectPhase.Resolve => "resolve",
        ConnectPhase.Connect => "connect",
        ConnectPhase.Authenticate => "authenticate",
        ConnectPhase.Probe => "probe",
        ConnectPhase.Upload => "upload",
        ConnectPhase.Launch => "launch",
        ConnectPhase.Forward => "forward",
        ConnectPhase.Handshake => "handshake",
        _ => "connect",
    };

    private void SetConnecting(bool connecting)
    {
        if (_isConnecting != connecting)
        {
            _isConnecting = connecting;
            Changed?.Invoke();
        }
    }

    private async Task TellEndAsync(HostSession session)
    {
        string reason = await session.Ended.ConfigureAwait(false);
        HostLog.Ended(_options.Logger, _destination, reason);
        Changed?.Invoke();
    }
}
