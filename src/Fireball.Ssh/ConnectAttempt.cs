using Fireball.Deploy;

namespace Fireball.Ssh;

/// <summary>One attempt to connect by an ssh process: everything it has made, until a session owns it.</summary>
internal sealed class ConnectAttempt(SshTarget target, SshConnectOptions options) : IRemoteCommand
{
    private readonly AgentBootstrap _bootstrap = new(options);

    private LocalDirectory? _directory;
    private AskPassServer? _questions;
    private SshProcess? _process;

    // Why there is no forward to try.
    private string? _noForward;

    Stream IRemoteCommand.Channel => _process!.Channel;

    IReadOnlyList<string> IRemoteCommand.ErrorLines => _process!.Errors.Lines;

    void IRemoteCommand.PutBack(ReadOnlyMemory<byte> bytes) => _process!.Channel.PutBack(bytes);

    async Task<TunnelException> IRemoteCommand.FailureAsync(ConnectPhase phase, bool begun, string refusals)
    {
        int status = await _process!.ReapAsync().ConfigureAwait(false);
        if (phase == ConnectPhase.Probe && !begun && _questions?.RefusedQuestion is { } question)
        {
            phase = question.Contains("continue connecting", StringComparison.Ordinal) ? ConnectPhase.Connect : ConnectPhase.Authenticate;
            string why = _questions.Failure is { } failure ? $" ({failure})" : "";
            return TunnelException.Lasting(phase, $"ssh's question was not answered{why}: {question}");
        }

        return SshFailure.Create(_process.Errors.Lines, status, phase, begun, refusals);
    }

    internal async Task<ITunnel> ConnectAsync(CancellationToken cancellationToken)
    {
        using var watch = new Watch(options, () => _questions?.IsAsking == true, cancellationToken);
        _process = await StartAsync(_bootstrap.LaunchCommand, _bootstrap.RemoteSocket, watch).ConfigureAwait(false);
        var (agent, route) = await _bootstrap.LaunchAsync(this, TryForwardAsync, watch, cancellationToken).ConfigureAwait(false);
        return new OpenSshTunnel(_process, _directory!, _questions, agent, route);
    }

    internal async Task<ITunnel> ReattachAsync(AgentLaunch agent, CancellationToken cancellationToken)
    {
        string command = _bootstrap.AttachCommand(agent);
        using var watch = new Watch(options, () => _questions?.IsAsking == true, cancellationToken);
        _process = await StartAsync(command, agent.SocketPath, watch).ConfigureAwait(false);
        var route = await _bootstrap.AttachAsync(
            this, agent, token => TryForwardAsync(noSocket: null, token), watch, cancellationToken).ConfigureAwait(false);
        return new OpenSshTunnel(_process, _directory!, _questions, agent with { Uploaded = false }, route);
    }

    /// <summary>Takes everything back; for an attempt that failed.</summary>
    internal async Task AbandonAsync()
    {
        _process?.Terminate();

        // Before its end is waited for: the helper that asks holds ssh's standard error.
        if (_questions is not null)
        {
            await _questions.DisposeAsync().ConfigureAwait(false);
        }

        if (_process is not null)
        {
            await _process.DisposeAsync().ConfigureAwait(false);
        }

        _directory?.Dispose();
        _bootstrap.Forget();
    }

    /// <summary>Makes everything that is on this side and starts ssh; decides whether it forwards.</summary>
    private async Task<SshProcess> StartAsync(string command, string remoteSocket, Watch watch)
    {
        _directory = LocalDirectory.Create();
        if (options.Prompter is not null)
        {
            _questions = AskPassServer.Start(_directory.QuestionSocket, options.Prompter);
        }

        bool canAsk = _questions is not null;
        var environment = SshCommandLine.Environment(
            canAsk ? options.AskPassProgram : null, _directory.QuestionSocket, options.AuthenticationSocket);
        bool hasMlKem = await KeyExchanges.HasMlKemAsync(options.SshProgram, environment, watch.Token).ConfigureAwait(false);
        var (userArguments, mayForward) = SshDefaults.Write(_directory, target.Arguments, hasMlKem, remoteSocket);
        List<string> CommandLine(bool forwards) => SshCommandLine.Arguments(
            options.SshProgram, target, userArguments, _directory, forwards, canAsk, command);

        var arguments = CommandLine(forwards: true);
        if (options.ForceBridge)
        {
            _noForward = "the bridge was asked for";
        }
        else if (mayForward && await ForwardSettings.ApplyAsync(
            arguments, _directory.ForwardSocket, environment, watch.Token).ConfigureAwait(false))
        {
            _noForward = "ssh_config has forwards of its own for this host, which are left to your own sessions";
        }

        options.Progress?.Report("connecting");
        return SshProcess.Start(_noForward is null ? arguments : CommandLine(forwards: false), environment, watch.Touch);
    }

    private async Task<ForwardProbe> TryForwardAsync(string? noSocket, CancellationToken cancellationToken) =>
        (_noForward ?? noSocket) is { } reason
            ? new ForwardProbe(null, null, reason)
            : await Forward.ProbeAsync(_directory!.ForwardSocket, _process!.Pid, _process.Errors, cancellationToken).ConfigureAwait(false);
}
