using Fireball.Deploy;

namespace Fireball.Ssh.SshNet;

/// <summary>One attempt to connect by SSH.NET: everything it has made, until a session owns it.</summary>
internal sealed class SshNetAttempt(SshTarget target, SshConnectOptions options, CancellationToken cancellationToken) : IRemoteCommand
{
    private readonly AgentBootstrap _bootstrap = new(options);

    private readonly Questions? _questions =
        options.Prompter is { } prompter ? new Questions(prompter, cancellationToken) : null;

    private Connection? _connection;
    private CommandChannel? _channel;
    private ErrorLines? _errors;

    Stream IRemoteCommand.Channel => _channel!;

    IReadOnlyList<string> IRemoteCommand.ErrorLines => _errors!.Lines;

    void IRemoteCommand.PutBack(ReadOnlyMemory<byte> bytes) => _channel!.PutBack(bytes);

    async Task<TunnelException> IRemoteCommand.FailureAsync(ConnectPhase phase, bool begun, string refusals)
    {
        var failure = await _channel!.Ended.ConfigureAwait(false);
        await _errors!.Completion.ConfigureAwait(false);
        return failure is null
            ? SshFailure.Create(_errors.Lines, _channel.ExitStatus ?? SshFailure.OwnFailure, phase, begun, refusals)
            : new TunnelException(phase, "the ssh connection ended: " + Printable.Line(failure.Message) + refusals, failure) { IsRetryable = true };
    }

    internal async Task<ITunnel> ConnectAsync()
    {
        using var watch = NewWatch();
        await StartAsync(_bootstrap.LaunchCommand, watch).ConfigureAwait(false);
        var (agent, route) = await _bootstrap.LaunchAsync(
            this, (noSocket, token) => TryForwardAsync(noSocket, _bootstrap.RemoteSocket, token), watch, cancellationToken).ConfigureAwait(false);
        return new SshNetTunnel(_connection!, _channel!, _errors!, agent, route);
    }

    internal async Task<ITunnel> ReattachAsync(AgentLaunch agent)
    {
        string command = _bootstrap.AttachCommand(agent);
        using var watch = NewWatch();
        await StartAsync(command, watch).ConfigureAwait(false);
        var route = await _bootstrap.AttachAsync(
            this, agent, token => TryForwardAsync(noSocket: null, agent.SocketPath, token), watch, cancellationToken).ConfigureAwait(false);
        return new SshNetTunnel(_connection!, _channel!, _errors!, agent with { Uploaded = false }, route);
    }

    /// <summary>Takes everything back; for an attempt that failed.</summary>
    internal async Task AbandonAsync()
    {
        if (_connection is not null)
        {
            await SshNetTunnel.CloseAsync(_connection, _channel).ConfigureAwait(false);
        }

        _bootstrap.Forget();
    }

    private Watch NewWatch() => new(options, () => _questions?.IsAsking == true, cancellationToken);

    private async Task StartAsync(string command, Watch watch)
    {
        options.Progress?.Report("connecting");
        try
        {
            _connection = await new Route(target, options, _questions, watch).ConnectAsync().ConfigureAwait(false);
            var starting = Task.Factory.StartNew(
                () => CommandChannel.Start(_connection.Client, _connection.Session, command),
                CancellationToken.None,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default);
            _channel = await StartedAsync(starting, watch.Token).ConfigureAwait(false);
            _errors = new ErrorLines(_channel.Error, watch.Touch);
        }
        catch (OperationCanceledException e) when (watch.Expiry is not null && !cancellationToken.IsCancellationRequested)
        {
            throw new TunnelException(ConnectPhase.Connect, "the host " + watch.Expiry, e);
        }
        catch (Renci.SshNet.Common.SshException e)
        {
            throw new TunnelException(ConnectPhase.Probe, "the host opens no session: " + Printable.Line(e.Message), e);
        }
    }

    // One that starts after all, while its connection is closed, ends with it; so must its thread.
    private static async Task<CommandChannel> StartedAsync(Task<CommandChannel> starting, CancellationToken token)
    {
        try
        {
            return await starting.WaitAsync(token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            _ = starting.ContinueWith(
                static task =>
                {
                    if (task.IsCompletedSuccessfully)
                    {
                        task.Result.EndInput();
                        task.Result.EndOutput();
                    }

                    _ = task.Exception;
                },
                TaskScheduler.Default);
            throw;
        }
    }

    private async Task<ForwardTrial> TryForwardAsync(string? noSocket, string path, CancellationToken token)
    {
        string? reason = options.ForceBridge ? "the bridge was asked for" : noSocket;
        return reason is null
            ? await ForwardTrial.RunAsync(_connection!.Forwarder, path, token).ConfigureAwait(false)
            : new ForwardTrial(null, reason);
    }
}
