using System.Runtime.CompilerServices;
using Fireball.Ssh;
using Fireball.V1;
using Grpc.Core;
using Polly;
using Polly.Retry;

namespace Fireball.Controller;

/// <summary>
/// A host over an ssh of its own. Connects when first needed and again when the connection was lost; concurrent callers
/// share one attempt. Disposal shuts the agent down. Thread-safe.
/// </summary>
public sealed class HostConnection : IHostLink
{
    /// <summary>How often a call that did not reach the agent is made, all in all: once more after each reconnection.</summary>
    private const int MaxCallAttempts = 3;

    private readonly string _destination;
    private readonly FireballOptions _options;
    private readonly SemaphoreSlim _connecting = new(1, 1);

    // Which agent the calls of an invoker went to, for as long as somebody has the invoker.
    private readonly ConditionalWeakTable<CallInvoker, string> _agents = [];
    private HostSession? _session;
    private volatile bool _isConnecting;
    private bool _disposed;

    /// <summary>Nothing is connected before the first call.</summary>
    /// <param name="destination">As ssh takes it.</param>
    /// <param name="options">How; its arguments for ssh too.</param>
    public HostConnection(string destination, FireballOptions options)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(options);
        _destination = destination;
        _options = options;
    }

    /// <summary>The connection as it is now; null: there is none.</summary>
    public HostSession? Session => _session is { Ended.IsCompleted: false } session ? session : null;

    /// <summary>Told when <see cref="State"/> may have changed, on any thread; must not block or throw.</summary>
    public Action? Changed { get; init; }

    /// <summary>What is known of the connection now.</summary>
    public HostConnectionState State =>
        Session is not null ? HostConnectionState.Connected
        : _isConnecting ? HostConnectionState.Connecting
        : _session is not null ? HostConnectionState.Lost
        : HostConnectionState.None;

    /// <summary>Connects, or finds the host connected.</summary>
    /// <param name="prompter">Answers what ssh asks meanwhile; null: questions fail.</param>
    /// <param name="progress">Told what is happening.</param>
    /// <param name="cancellationToken">Stops connecting.</param>
    /// <exception cref="ConnectException">With the step that failed and why.</exception>
    public Task<HostSession> ConnectAsync(
        ISshPrompter? prompter, IProgress<string>? progress, CancellationToken cancellationToken = default) =>
        ConnectAsync(prompter, progress, _options.AuthenticationSocket, cancellationToken);

    /// <summary>As above, for somebody with an SSH_AUTH_SOCK of his own.</summary>
    /// <param name="prompter">Answers what ssh asks meanwhile; null: questions fail.</param>
    /// <param name="progress">Told what is happening.</param>
    /// <param name="authenticationSocket">See <see cref="FireballOptions.AuthenticationSocket"/>.</param>
    /// <param name="cancellationToken">Stops connecting.</param>
    /// <exception cref="ConnectException">With the step that failed and why.</exception>
    public async Task<HostSession> ConnectAsync(
        ISshPrompter? prompter,
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

            // It stays what was lost until another one is there: whoever tries again comes back to its agent too.
            AgentLaunch? lost = null;
            if (_session is { } dead)
            {
                lost = dead.IsWithin(_options.Lease) ? dead.Ssh.Agent : null;
                await dead.DisposeAsync().ConfigureAwait(false);
            }

            SetConnecting(true);
            SshTarget target = SshTarget.Parse(_destination, _options.SshArguments);
            FireballOptions options = _options with { AuthenticationSocket = authenticationSocket };
            var attempt = new ConnectAttempt(target, options, lost, prompter, progress);
            HostSession session = await Pipeline(attempt).ExecuteAsync(
                static (attempt, cancel) => attempt.RunAsync(cancel), attempt, cancellationToken).ConfigureAwait(false);
            _agents.Add(session.Invoker, session.Ssh.Agent.SocketPath);
            _session = session;
            _ = TellEndAsync(session);
            return session;
        }
        catch (SshException failure)
        {
            throw new ConnectException(_destination, PhaseName(failure.Phase), failure.Message, failure);
        }
        catch (FormatException failure)
        {
            throw new ConnectException(_destination, PhaseName(SshPhase.Resolve), failure.Message, failure);
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
        if (attempt >= MaxCallAttempts)
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
    internal static string PhaseName(SshPhase phase) => phase switch
    {
        SshPhase.Resolve => "resolve",
        SshPhase.Connect => "connect",
        SshPhase.Authenticate => "authenticate",
        SshPhase.Probe => "probe",
        SshPhase.Upload => "upload",
        SshPhase.Launch => "launch",
        SshPhase.Forward => "forward",
        SshPhase.Handshake => "handshake",
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
        await session.Ended.ConfigureAwait(false);
        Changed?.Invoke();
    }

    private ResiliencePipeline<HostSession> Pipeline(ConnectAttempt attempt)
    {
        var builder = new ResiliencePipelineBuilder<HostSession> { TimeProvider = _options.TimeProvider };
        if (_options.ConnectAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions<HostSession>
            {
                MaxRetryAttempts = _options.ConnectAttempts - 1,
                Delay = _options.ConnectRetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => new ValueTask<bool>(attempt.MayRepeat(arguments.Outcome.Exception)),
            });
        }

        return builder.Build();
    }
}
